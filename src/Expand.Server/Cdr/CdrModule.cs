using Expand.Server.Access;
using Expand.Server.Pbx;
using Expand.Server.Platform;
using Expand.Server.Platform.History;
using Microsoft.Extensions.Options;

namespace Expand.Server.Cdr;

/// <summary>Call detail records: fed from Asterisk's file, reported as the contract has them.</summary>
internal static class CdrModule
{
    public static IServiceCollection AddCdr(this IServiceCollection services)
    {
        services.AddSettings<CdrOptions>("Cdr")
            .Validate(options => CdrTemplate.FirstUnknown(options.Estado) is null && CdrTemplate.FirstUnknown(options.Observaciones) is null,
                "Cdr:Estado and Cdr:Observaciones may name fields of a call only, such as {disposition}, {callinfo} or {callinfo.key}");
        services.AddSharedCopy<CdrTemplates>();
        services.AddMonthly("cdr", "call_date", provider => provider.GetRequiredService<IOptions<CdrOptions>>().Value.KeepMonths);
        return services.AddSingleton<CallRecords>().AddSingleton<CallRecordStream>().AddFeed<CdrFeed>(pbx => pbx.CdrFile);
    }
}
