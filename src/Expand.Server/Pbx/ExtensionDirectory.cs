using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Expand.Asterisk.Ami;
using Microsoft.Extensions.Options;

namespace Expand.Server.Pbx;

/// <summary>An extension that the PBX really has.</summary>
/// <param name="Number">What is dialled.</param>
/// <param name="Channel">Its channel, such as <c>PJSIP/701</c>.</param>
/// <param name="CallerIdName">The name given to it here, else the one that the PBX has, or the number where neither has one.</param>
internal sealed record Extension(string Number, string Channel, string CallerIdName);

/// <summary>
/// The extensions (PJSIP endpoints, and chan_sip peers where they exist) and the state of each device, from AMI: all of them when the
/// connection comes up and when the PBX reloads, changes as they happen.
/// </summary>
internal sealed partial class ExtensionDirectory(
    IOptions<PbxOptions> options, ExtensionNames names, IServiceProvider services, TimeProvider clock, ILogger<ExtensionDirectory> log) : BackgroundService, IPbxListener
{
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(1);
    private readonly Regex numbers = new(options.Value.ExtensionPattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
    private readonly ConcurrentDictionary<string, DeviceState> devices = new(StringComparer.OrdinalIgnoreCase);
    private long revision;
    private readonly SemaphoreSlim wanted = new(0, 1);
    private readonly TaskCompletionSource firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile IReadOnlyDictionary<string, Extension> extensions = new Dictionary<string, Extension>();

    /// <summary>Ends when the extensions were read for the first time: until then there is nothing to tell of them.</summary>
    public Task FirstRead => firstRead.Task;

    /// <summary>Whether the extensions were ever read.</summary>
    public bool IsKnown => firstRead.Task.IsCompleted;

    /// <summary>All extensions, ordered by number.</summary>
    public IEnumerable<Extension> All => extensions.Values.OrderBy(e => e.Number.Length).ThenBy(e => e.Number, StringComparer.Ordinal).Select(Named);

    /// <summary>Grows with every change of an extension, of a name or of a device's state.</summary>
    public long Revision => Interlocked.Read(ref revision) + names.Revision;

    /// <summary>The extension of that number, or null.</summary>
    public Extension? Find(string number) => extensions.TryGetValue(number, out var extension) ? Named(extension) : null;

    /// <summary>The name that the PBX has for it, whatever it is called here; null where the PBX does not have the extension.</summary>
    public string? PbxNameOf(string number) => extensions.GetValueOrDefault(number)?.CallerIdName;

    /// <summary>The state of a device such as <c>PJSIP/701</c>.</summary>
    public DeviceState StateOf(string device) => devices.GetValueOrDefault(device);

    public void Heard(PbxFact fact)
    {
        switch (fact)
        {
            case DeviceChanged change:
                var isNew = !devices.ContainsKey(change.Device);
                devices[change.Device] = change.State;
                Interlocked.Increment(ref revision);
                if (isNew && DeviceName().IsMatch(change.Device)) Refresh();
                break;
            case PbxSnapshot or PbxReloaded:
                Refresh();
                break;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await wanted.WaitAsync(stoppingToken);
                // Reloads and registrations come in bursts.
                await Task.Delay(TimeSpan.FromMilliseconds(150), clock, stoppingToken);
                await ReadUntilReadAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    public override void Dispose()
    {
        wanted.Dispose();
        base.Dispose();
    }

    private Extension Named(Extension extension) => names.Of(extension.Number) is { } name ? extension with { CallerIdName = name } : extension;

    private void Refresh()
    {
        try
        {
            if (wanted.CurrentCount == 0) wanted.Release();
        }
        catch (SemaphoreFullException)
        {
            // Two asked at once: one refresh answers both.
        }
    }

    /// <summary>What was known stays until it is read. Where the connection is gone, the next one asks for it again.</summary>
    private async Task ReadUntilReadAsync(CancellationToken ct)
    {
        var client = services.GetRequiredService<PbxConnection>().Client;
        string? told = null;
        while (await TryReadAsync(client, ct) is { } failure)
        {
            if (failure != told) log.ExtensionsUnread(failure);
            told = failure;
            if (client.State != AmiState.Up) return;
            await Task.Delay(BetweenTries, clock, ct);
        }
    }

    /// <summary>Null where all was read, else why it was not.</summary>
    private async Task<string?> TryReadAsync(AmiClient client, CancellationToken ct)
    {
        try
        {
            var listed = await client.SendListAsync(new AmiAction("DeviceStateList"), "DeviceStateListComplete", ct);
            // A refusal is not a PBX without devices.
            if (!listed.Response.IsSuccess) return listed.Response.MessageText ?? "DeviceStateList was refused";
            await ReadAsync(client, listed, ct);
            return null;
        }
        catch (Exception failure) when (failure is AmiConnectionLostException or TimeoutException)
        {
            return failure.Message;
        }
    }

    private async Task ReadAsync(AmiClient client, AmiList listed, CancellationToken ct)
    {
        var found = new ConcurrentDictionary<string, Extension>();
        var present = listed.Items.Select(i => i["Device"]).OfType<string>().ToList();
        await Parallel.ForEachAsync(present, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = ct }, async (device, token) =>
        {
            var parts = DeviceName().Match(device);
            if (!parts.Success || !numbers.IsMatch(parts.Groups["name"].Value)) return;
            var number = parts.Groups["name"].Value;
            found[number] = new Extension(number, device, await NameOfAsync(client, parts.Groups["tech"].Value, number, token));
        });
        extensions = found;
        Interlocked.Increment(ref revision);
        log.ExtensionsRead(found.Count);
        firstRead.TrySetResult();
    }

    /// <summary>
    /// The name in the endpoint's caller ID. <c>PJSIP_ENDPOINT()</c> answers without the system class, which a least-rights AMI user
    /// does not have; where the module is missing the number stands for the name, as the contract says.
    /// </summary>
    private static async Task<string> NameOfAsync(AmiClient client, string technology, string number, CancellationToken ct)
    {
        var variable = technology.Equals("PJSIP", StringComparison.OrdinalIgnoreCase)
            ? $"PJSIP_ENDPOINT({number},callerid)"
            : $"SIPPEER({number},callerid_name)";
        var answer = await client.SendAsync(new AmiAction("Getvar") { { "Variable", variable } }, ct);
        var value = answer["Value"]?.Trim() ?? "";
        var name = CallerId().Match(value) is { Success: true } both ? both.Groups["name"].Value : value;
        name = name.Trim().Trim('"').Trim();
        return name.Length == 0 || name.StartsWith('<') ? number : name;
    }

    [GeneratedRegex("^(?<tech>PJSIP|SIP)/(?<name>[^/@;]+)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex DeviceName();

    [GeneratedRegex("^\\s*\"?(?<name>[^\"<]*)\"?\\s*<[^>]*>\\s*$", RegexOptions.CultureInvariant)]
    private static partial Regex CallerId();
}
