namespace Expand.Server.Sms;

/// <summary>Text messages.</summary>
internal static class SmsModule
{
    public static IServiceCollection AddSms(this IServiceCollection services) => services;

    public static WebApplication MapSms(this WebApplication app) => app;
}
