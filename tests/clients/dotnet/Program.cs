// A CRM's calls with System.ServiceModel: expand-dotnet-client ENDPOINT KEY [SRC DST SILENT]
// and its agent:                     expand-dotnet-client agent ENDPOINT KEY [AGENT EXTENSION OTHER-EXTENSION REASON-CODE]
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.ServiceModel;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml.Linq;
using Expand.Clients.DotNet;

var asAgent = args[0] == "agent";
if (asAgent) args = args[1..];
var key = args[1];
var (src, dst, silent) = args.Length > 4 ? (args[2], args[3], args[4]) : ("705", "706", "712");
// Reports may be long; the usual 64 KB are soon too little.
var binding = new BasicHttpBinding { MaxReceivedMessageSize = int.MaxValue };
binding.ReaderQuotas.MaxStringContentLength = int.MaxValue;
using var factory = new ChannelFactory<IApiws>(binding, new EndpointAddress(args[0]));
var soap = factory.CreateChannel();

try
{
    Console.WriteLine(JsonSerializer.Serialize(asAgent ? await AgentAsync() : await RunAsync(), new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    return 0;
}
catch (Surprise surprise)
{
    Console.Error.WriteLine($"dotnet: {surprise.Message}");
    return 1;
}

async Task<object> AgentAsync()
{
    var (agent, extension, other, code) = args.Length > 5 ? (args[2], args[3], args[4], args[5]) : ("108", "708", "709", "3");
    return await new AgentRound(soap, key, agent, extension, other, code).RunAsync();
}

async Task<object> RunAsync()
{
    // Extensions
    var names = XDocument.Parse(soap.extensionPbx(key)).Root!.Elements("extensioninfo")
        .ToDictionary(e => (string)e.Attribute("extension")!, e => (string)e.Attribute("calleridName")!);
    Surprise.Unless(names.ContainsKey(src) && names.ContainsKey(dst), $"extensions {src} and {dst} are not in {string.Join(' ', names.Keys)}");

    // A wrong key is -1, everywhere
    object[] wrongKey =
    [
        soap.originateCall("wrong", src, "A", dst, "B", 20, ""),
        soap.originateCallStatus("wrong", "12345678"),
        soap.originateCallCancel("wrong", "12345678"),
        soap.extensionPbx("wrong"),
        soap.cdrData("wrong", null, "2026-01-01", "2026-01-02"),
        soap.cdrCustom("wrong", "2026-01-01", "2026-01-02"),
    ];
    Surprise.Unless(wrongKey.SequenceEqual(["-1", -1, -1, "-1", "-1", "-1"]), $"a wrong key answers {string.Join(' ', wrongKey)}");

    // A call: rings, is answered, is cancelled
    var name = $"Peña & Cía {RandomNumberGenerator.GetHexString(6, lowercase: true)}";
    var info = $"contrato={name}";
    var job = soap.originateCall(key, src, name, dst, "Señor <Núñez>", 20, info);
    Surprise.Unless(job.Length == 8, $"originateCall answers '{job}'");
    var statuses = await FollowAsync(job, 2);
    Surprise.Unless(soap.originateCallCancel(key, job) == 1, "a connected call cannot be cancelled");
    statuses.AddRange(await FollowAsync(job, 3));
    Surprise.Unless(soap.originateCallCancel(key, job) == 0, "an ended call can be cancelled");

    // Another one, cancelled while its destination rings
    var ringing = soap.originateCall(key, src, name, silent, "", 60, "");
    for (var i = 0; i < 8; i++, await Task.Delay(500))
    {
        var status = soap.originateCallStatus(key, ringing);
        Surprise.Unless(status == 1, $"a call to {silent} has status {status}");
    }

    Surprise.Unless(soap.originateCallCancel(key, ringing) == 1, "a ringing call cannot be cancelled");
    await FollowAsync(ringing, 3);

    // No such job; and requests that would reach past their argument
    int[] unknown = [soap.originateCallStatus(key, "00000000"), soap.originateCallCancel(key, "00000000")];
    Surprise.Unless(unknown.All(code => code == 0), $"an unknown job answers {string.Join(' ', unknown)}");
    const string Line = "\r\nAction: Hangup";
    string[] refused =
    [
        soap.originateCall(key, src + Line, "A", dst, "B", 20, "info"),
        soap.originateCall(key, src, "A" + Line, dst, "B", 20, "info"),
        soap.originateCall(key, src, "A", dst + Line, "B", 20, "info"),
        soap.originateCall(key, src, "A", dst, "B" + Line, 20, "info"),
        soap.originateCall(key, src, "A", dst, "B", 20, "info" + Line),
    ];
    var injected = refused.Select(id => soap.originateCallStatus(key, id)).ToArray();
    Surprise.Unless(injected.All(status => status == 6), $"line breaks in an argument give {string.Join(' ', injected)}");

    // The call's record: by period, then by its uniqueid; its callinfo
    var (from, to) = (Day(-1), Day(1));
    XElement? call = null;
    for (var clock = Stopwatch.StartNew(); call is null && clock.Elapsed.TotalSeconds < 20; await Task.Delay(200))
        call = Rows(soap.cdrData(key, null, from, to)).FirstOrDefault(row => Is(row, "clid", $"{name} ({src})") && Is(row, "dst", dst));
    Surprise.Unless(call is not null, $"no record of '{name}' in cdrData");
    var uniqueId = (string)call!.Attribute("uniqueid")!;
    Surprise.Unless(Rows(soap.cdrData(key, uniqueId, null, null)).Any(row => XNode.DeepEquals(row, call)), "cdrData by uniqueid does not find it");
    Surprise.Unless(!Rows(soap.cdrData(key, null, "2001-01-01", "2001-01-01")).Any(), "there are calls of the year 2001");
    var custom = Rows(soap.cdrCustom(key, from, to)).FirstOrDefault(row => Is(row, "uniqueid", uniqueId));
    Surprise.Unless(custom is not null, "the call is not in cdrCustom");
    var callinfo = (string)custom!.Attribute("observaciones")!;
    Surprise.Unless(callinfo == info, $"cdrCustom has the callinfo '{callinfo}'");

    // A call that there is not has no recording
    Surprise.Unless(soap.recordingPbx(key, "1.1").Contains("<recording status=\"-1\" uniqueid=\"1.1\"", StringComparison.Ordinal), "recordingPbx of no call");

    // Messages: 0 where no gateway is configured
    Surprise.Unless(soap.sendSms("wrong", 0, "hola", "099123456") == -1 && soap.statusSms("wrong", 1) == "-1", "a wrong key sends messages");
    Surprise.Unless(soap.sendSms(key, 0, "hola", "09a") == 0 && soap.sendSms(key, 1, "hola", "099123456") == 0, "a wrong message is taken");
    var sms = soap.sendSms(key, 0, "Señal: 5 €", "099123456 099123457");
    Surprise.Unless(sms == 0 || (sms > 0 && soap.statusSms(key, sms) is "PENDING" or "SENT"), $"sendSms answers {sms}");
    Surprise.Unless(soap.statusSms(key, int.MaxValue).Length == 0, "there is a status of no message");

    return new
    {
        extension = names[src],
        wrongKey = wrongKey.Select(code => $"{code}"),
        statuses,
        unknown,
        injected,
        name,
        clid = (string)call.Attribute("clid")!,
        disposition = (string)call.Attribute("disposition")!,
        dst = (string)call.Attribute("dst")!,
        dnis = (string)custom.Attribute("dnis")!,
        callinfo,
    };
}

// Follows a job until it has the wanted status; answers all that it had on the way.
async Task<List<int>> FollowAsync(string job, int wanted)
{
    var seen = new List<int>();
    for (var clock = Stopwatch.StartNew(); clock.Elapsed.TotalSeconds < 20; await Task.Delay(100))
    {
        var status = soap.originateCallStatus(key, job);
        if (seen.Count == 0 || seen[^1] != status) seen.Add(status);
        if (status == wanted) return seen;
    }

    throw new Surprise($"job {job} did not get status {wanted} but {string.Join(' ', seen)}");
}

static IEnumerable<XElement> Rows(string report) => XDocument.Parse(report).Root!.Elements("call");

static bool Is(XElement row, string attribute, string value) => (string?)row.Attribute(attribute) == value;

static string Day(int days) => DateTime.UtcNow.AddDays(days).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
