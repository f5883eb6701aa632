using System.Data.Common;
using System.Text;
using Expand.Server.Platform;

namespace Expand.Server.Crm;

/// <summary>A call that passes a labelled node of the IVR.</summary>
/// <param name="UniqueId">The call.</param>
/// <param name="Number">The caller's number.</param>
/// <param name="Code">The node's label.</param>
/// <param name="Data">What the caller pressed there; empty where nothing.</param>
/// <param name="Known">What the channel's variable IVRDATA holds.</param>
internal sealed record IvrPass(string UniqueId, string Number, string Code, string Data, string Known);

/// <summary>
/// Nodes of the IVR: what the caller pressed is kept under the node's label, the CRM is asked, and its answer is appended. Without a CRM the label alone is
/// kept. Whatever is away, the call goes on with what there is.
/// </summary>
internal sealed class IvrNodes(CrmServices crm, IvrDataStore store, ILogger<IvrNodes> log)
{
    public const int LongestCode = 64;
    public const int LongestData = 256;

    /// <returns>The call's IVRData; the refusal of a node that has no usable label.</returns>
    public async Task<Result<string>> PassAsync(IvrPass pass, CancellationToken ct)
    {
        if (pass.UniqueId.Length is 0 or > 150 || !PlainText.Holds(pass.UniqueId)) return Failure.Invalid("uniqueid", "is required");
        if (pass.Code.Length is 0 or > LongestCode || !PlainText.Holds(pass.Code)) return Failure.Invalid("code", $"has 1 to {LongestCode} characters and no control characters");
        if (pass.Data.Length > LongestData || !PlainText.Holds(pass.Data)) return Failure.Invalid("data", $"has up to {LongestData} characters and no control characters");
        var asks = crm.Has(CrmOperation.IvrCode);
        var key = pass.Data.Length > 0 ? $"{pass.Code}={pass.Data}" : asks ? "" : pass.Code;
        var all = await AppendAsync(pass, pass.Known, key, isKey: true, ct);
        if (!asks) return all;
        var answer = await crm.CallAsync(CrmOperation.IvrCode, pass.UniqueId, pass.Number, pass.Code, all);
        return answer is { IsSuccess: true } && Clean(answer.Value) is { Length: > 0 } piece ? await AppendAsync(pass, all, piece, isKey: false, ct) : all;
    }

    private async Task<string> AppendAsync(IvrPass pass, string before, string piece, bool isKey, CancellationToken ct)
    {
        try
        {
            return piece.Length > 0 ? await store.AppendAsync(pass.UniqueId, before, piece, isKey, ct) : await store.FindAsync(pass.UniqueId, ct) ?? before;
        }
        catch (Exception away) when (away is DbException or TimeoutException)
        {
            log.IvrDataNotKept(pass.UniqueId, away.Message);
            return IvrDataStore.Join(before, piece, isKey);
        }
    }

    /// <summary>One line; halves of characters and control characters would not be taken further on.</summary>
    public static string Clean(string text)
    {
        var clean = new StringBuilder(Math.Min(text.Length, IvrDataStore.Longest));
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= IvrDataStore.Longest) break;
            if (Rune.IsControl(rune)) clean.Append(' ');
            else if (rune != Rune.ReplacementChar) clean.Append(rune.ToString());
        }

        return clean.ToString();
    }
}
