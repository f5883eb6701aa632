using System.Text;

namespace Expand.Soap.Tests;

/// <summary>Operations in the shapes of the contract, which answer with what reached them.</summary>
internal sealed class SampleService
{
    public static readonly SoapParameter[] OriginateParameters =
        ["authorizedKey", "src", "srcCallerID", "dst", "dstCallerID", new("timeout", SoapType.Int), new("callinfo", Aliases: "info")];

    public SampleService() => Service = new SoapService(
    [
        new("originateCall", SoapType.String, OriginateParameters, Originate),
        new("originateCallStatus", SoapType.Int, ["authorizedKey", "originatedID"], (_, _) => new(SoapAnswer.Int(2))),
        new("pauseAgent", SoapType.Boolean, ["authorizedKey", "agent"], (call, _) => new(SoapAnswer.Bool(call["agent"] == "101"))),
        new("code", SoapType.String, [], (_, _) => new(SoapAnswer.Int(-1))),
        new("echo", SoapType.String, ["text"], (call, _) => new(SoapAnswer.Text(call["text"]))),
        new("raw", SoapType.String, ["utf16"], (call, _) => new(SoapAnswer.Text(Utf16(call["utf16"])))),
        new("document", SoapType.String, ["utf16"], (call, _) => new(Document(Utf16(call["utf16"])))),
        new("latin", SoapType.String, [], (_, _) => new(SoapAnswer.Xml(Empty, "ISO-8859-1"))),
        new("rows", SoapType.String, [new("count", SoapType.Int)], (call, _) => new(SoapAnswer.Xml((xml, ct) => Rows(xml, call.Int("count", 0), ct)))),
        new("recording", SoapType.String, [new("bytes", SoapType.Int)], (call, _) => new(Recording(call.Int("bytes", 0)))),
        new("gated", SoapType.String, [], (_, _) => new(SoapAnswer.Xml(Gated))),
        new("failing", SoapType.Boolean, [], (_, _) => throw new InvalidOperationException("secret of the inside")),
        new("failingLate", SoapType.String, [], (_, _) => new(SoapAnswer.Xml(FailingLate))),
        new("mistyped", SoapType.Int, [], (_, _) => new(SoapAnswer.Text("seven"))),
        new("waiting", SoapType.String, [], Waiting),
    ]);

    public SoapService Service { get; }

    /// <summary>Opened or broken by the test of <c>gated</c>, after a first row.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when <c>waiting</c> has begun.</summary>
    public TaskCompletionSource WaitingBegan { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completed when <c>waiting</c> or <c>rows</c> has been cancelled.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>How far <c>rows</c> has come.</summary>
    public int RowsWritten { get; private set; }

    private static ValueTask<SoapAnswer> Originate(SoapCall call, CancellationToken ct) => new(SoapAnswer.Text(string.Join(
        '|', call["authorizedKey"], call["src"], call["srcCallerID"], call["dst"], call["dstCallerID"], call.Int("timeout", 30), call["callinfo"])));

    /// <summary>Char by char, so that lone surrogates come through.</summary>
    private static string Utf16(string base64) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, char>(Convert.FromBase64String(base64)).ToString();

    private static SoapAnswer Document(string text) => SoapAnswer.Xml((xml, _) =>
    {
        xml.Start("root");
        xml.Attribute("chars", text);
        xml.Attribute("bytes", Encoding.UTF8.GetBytes(text).AsSpan());
        xml.Attribute("number", long.MinValue);
        xml.Attribute("truth", true);
        xml.Attribute("nothing", (string?)null);
        xml.Start("empty");
        xml.End();
        xml.Start("text");
        xml.Text(text);
        xml.End();
        xml.Start("utf8");
        xml.Text(Encoding.UTF8.GetBytes(text).AsSpan());
        xml.End();
        xml.Start("numbers");
        xml.Text(7);
        xml.Text(false);
        return ValueTask.CompletedTask; // what is open is closed
    });

    private static ValueTask Empty(SoapXmlWriter xml, CancellationToken ct)
    {
        xml.Start("panel");
        xml.End();
        return ValueTask.CompletedTask;
    }

    private async ValueTask Rows(SoapXmlWriter xml, int count, CancellationToken ct)
    {
        try
        {
            xml.Start("cdr");
            for (var i = 0; i < count; i++)
            {
                Row(xml, i);
                await xml.FlushIfNeededAsync(ct);
                RowsWritten = i + 1;
            }
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }
    }

    private static SoapAnswer Recording(int bytes) => SoapAnswer.Xml(async (xml, ct) =>
    {
        xml.Start("record");
        using var source = new MemoryStream([.. Enumerable.Range(0, bytes).Select(i => (byte)i)]);
        await xml.Base64Async(source, ct);
    });

    private async ValueTask Gated(SoapXmlWriter xml, CancellationToken ct)
    {
        xml.Start("cdr");
        Row(xml, 0);
        await xml.FlushIfNeededAsync(ct);
        WaitingBegan.TrySetResult();
        await Gate.Task.WaitAsync(ct);
    }

    private static async ValueTask FailingLate(SoapXmlWriter xml, CancellationToken ct)
    {
        xml.Start("cdr");
        for (var i = 0; i < 2000; i++)
        {
            Row(xml, i);
            await xml.FlushIfNeededAsync(ct);
        }

        throw new InvalidOperationException("the database has gone");
    }

    private async ValueTask<SoapAnswer> Waiting(SoapCall call, CancellationToken ct)
    {
        WaitingBegan.TrySetResult();
        try
        {
            await Task.Delay(TimeSpan.FromMinutes(1), ct);
        }
        catch (OperationCanceledException)
        {
            Cancelled.TrySetResult();
            throw;
        }

        return SoapAnswer.Text("");
    }

    /// <summary>About 250 bytes on the wire.</summary>
    private static void Row(SoapXmlWriter xml, int i)
    {
        xml.Start("call");
        xml.Attribute("uniqueid", i);
        xml.Attribute("clid", "Peña Núñez <091234567>");
        xml.Attribute("channel", "SIP/103-00000256"u8);
        xml.Attribute("calldate", "2012-04-01 00:02:44"u8);
        xml.Attribute("disposition", "ANSWERED"u8);
        xml.End();
    }
}
