using System.Net;
using System.Net.Sockets;
using Expand.Asterisk.Agi;
using Expand.Server.Access.Settings;
using Microsoft.Extensions.Options;

namespace Expand.Server.Crm;

/// <summary>The listener of this host, as it is now.</summary>
/// <param name="Wanted">Where it should listen; null: nowhere.</param>
/// <param name="IsOwn">Whether this host's own configuration says so.</param>
/// <param name="IsListening">Whether it does.</param>
/// <param name="Problem">Why not; null where it does, or should not.</param>
/// <param name="Served">Calls that were served.</param>
/// <param name="Sessions">Calls that are being served.</param>
internal sealed record AgiState(IPEndPoint? Wanted, bool IsOwn, bool IsListening, string? Problem, long Served, int Sessions);

/// <summary>Keeps the FastAGI listener where the settings want it: opened, moved and closed while the server runs; a port that is taken is tried again.</summary>
internal sealed class AgiDoor(CrmAgi agi, Settings<CrmSettings> settings, IOptions<AgiOptions> own, TimeProvider clock, ILogger<AgiDoor> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private volatile AgiListener? listener;
    private volatile string? problem;

    public AgiState State
    {
        get
        {
            var (open, wanted) = (listener, Wanted);
            return new(wanted, own.Value.Port is not null, open is not null && open.EndPoint.Equals(wanted), wanted is null ? null : problem, open?.Served ?? 0, open?.Sessions ?? 0);
        }
    }

    private IPEndPoint? Wanted
    {
        get
        {
            if (own.Value.Port is { } fixedPort) return new IPEndPoint(IPAddress.Parse(own.Value.Address), fixedPort);
            var value = settings.Value;
            return value.AgiPort is { } port ? new IPEndPoint(IPAddress.Parse(value.AgiAddress), port) : null;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await FollowAsync();
                await Task.Delay(Look, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            if (listener is { } open) await open.DisposeAsync();
            listener = null;
        }
    }

    private async Task FollowAsync()
    {
        var wanted = Wanted;
        if (Equals(listener?.EndPoint, wanted)) return;
        if (listener is { } old)
        {
            listener = null;
            await old.DisposeAsync();
        }

        if (wanted is null)
        {
            problem = null;
            log.AgiClosed();
            return;
        }

        try
        {
            listener = AgiListener.Start(new Asterisk.Agi.AgiOptions { Address = wanted.Address, Port = wanted.Port }, agi.ServeAsync, clock, log);
            problem = null;
            log.AgiOpened(wanted.ToString());
        }
        catch (SocketException failure)
        {
            if (problem != failure.Message) log.AgiNotOpened(wanted.ToString(), failure.Message);
            problem = failure.Message;
        }
    }
}
