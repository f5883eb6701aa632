using Expand.Server.Access.Settings;
using Expand.Server.Sms.Gateways;
using Expand.Server.Sms.Pages;

namespace Expand.Server.Sms;

/// <summary>Text messages: asked for, written down, sent through a gateway, followed until they are delivered.</summary>
internal static class SmsModule
{
    public static IServiceCollection AddSms(this IServiceCollection services)
    {
        services.AddChangeableSettings<SmsSettings>();
        services.AddSingleton<SmsWake>().AddSingleton<SmsRate>().AddSingleton<SmsQueue>().AddSingleton<SmsOutcomes>();
        services.AddSingleton<SmsReports>().AddSingleton<SmsGateways>().AddSingleton<SmsTest>().AddSingleton<SmsHistory>().AddSingleton<SmsScopes>();
        services.AddScoped<SmsOutbox>().AddScoped<SmsDrafts>().AddScoped<SmsResending>();
        return services.AddHostedService<SmsSender>().AddHostedService<SmsRetention>();
    }

    public static WebApplication MapSms(this WebApplication app)
    {
        app.MapSmsRest();
        app.MapSmsReports();
        app.MapSmsExport();
        return app;
    }
}
