using Expand.Asterisk.Agi;

namespace Expand.Server.Crm;

/// <summary>The AGI services of the dialplan: <c>callerid-name</c> and <c>ivr-code?code=…&amp;data=…</c>.</summary>
internal sealed class CrmAgi(CallerNames names, IvrNodes nodes, ILogger<CrmAgi> log)
{
    /// <summary>The channel's variable; with the underscores the legs that the call makes inherit it.</summary>
    private const string Variable = "IVRDATA";

    /// <summary>What a line of AGI leaves for a value: of longer data the channel has the beginning, the database all.</summary>
    private const int LongestValue = AgiCommand.MaxLineBytes - 60;

    public Task ServeAsync(AgiSession call, CancellationToken ct) => call.Request.Script switch
    {
        "callerid-name" => NameAsync(call, ct),
        "ivr-code" => NodeAsync(call, ct),
        _ => UnknownAsync(call),
    };

    private async Task NameAsync(AgiSession call, CancellationToken ct)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(ct, call.HungUp);
        var name = await names.FindAsync(call.Request.CallerId).WaitAsync(leaving.Token);
        if (name.Length > 0) await call.SetVariableAsync("CALLERID(name)", name, ct);
    }

    private async Task NodeAsync(AgiSession call, CancellationToken ct)
    {
        var request = call.Request;
        var code = request.Parameter("code") is { Length: > 0 } named ? named : request.Arguments is [var first, ..] ? first : "";
        var known = await call.GetVariableAsync(Variable, ct) ?? "";
        var passed = await nodes.PassAsync(new IvrPass(request.UniqueId, request.CallerId, code, request.Parameter("data"), known), ct);
        if (passed.Failure is { } wrong) log.NodeRefused(request.UniqueId, wrong.Field, wrong.Message);
        else if (passed.Value!.Length > 0) await call.SetVariableAsync("__" + Variable, Fit(passed.Value), ct);
    }

    private Task UnknownAsync(AgiSession call)
    {
        var script = call.Request.Script;
        log.UnknownAgi(script.Length > 100 ? script[..100] : script);
        return Task.CompletedTask;
    }

    private static string Fit(string data)
    {
        while (AgiCommand.QuotedBytes(data) > LongestValue)
        {
            var length = Math.Min(data.Length - 1, (int)((long)data.Length * LongestValue / AgiCommand.QuotedBytes(data)));
            data = data[..(char.IsHighSurrogate(data[length - 1]) ? length - 1 : length)];
        }

        return data;
    }
}
