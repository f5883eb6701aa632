using Expand.Server.Lists.Imports;
using Expand.Server.Platform;

namespace Expand.Server.Lists;

/// <summary>Simple and range lists: keys with values that other systems keep.</summary>
internal static class ListsModule
{
    public static IServiceCollection AddLists(this IServiceCollection services) =>
        services.AddLocalization().AddSingleton<ValueLists>()
            .AddScoped<SimpleElements>().AddSingleton<SimpleElementRows>().AddSingleton<SimpleElementLookup>()
            .AddScoped<RangeElements>().AddSingleton<RangeElementRows>()
            .AddSingleton<ListSizes>().AddSingleton<ListBrowsing>().AddSingleton<ListEditing>().AddSingleton<ListImports>()
            .AddScoped<IDemoPart, ListsDemo>();
}
