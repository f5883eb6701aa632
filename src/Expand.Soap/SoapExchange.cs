using System.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;

namespace Expand.Soap;

/// <summary>One call from its bytes to the bytes of its answer or fault.</summary>
internal sealed class SoapExchange(SoapService service, HttpContext http, ILogger log) : IDisposable
{
    private readonly SoapOutput output = new(http.Response);
    private SoapVersion version = SoapVersion.Guess(http.Request);
    private string? operationName;

    /// <summary>Known to the client by a fault, and to the operator by the log.</summary>
    public string TraceId => field ??= Activity.Current?.TraceId.ToHexString() ?? http.TraceIdentifier;

    public ILogger Log => log;

    /// <summary>Whether there is nobody left to answer.</summary>
    public bool ClientGone => output.ReaderGone || http.RequestAborted.IsCancellationRequested;

    /// <summary>Whether the head of the answer has left.</summary>
    public bool Started => output.Started;

    public async Task AnswerAsync(SoapEndpointOptions options)
    {
        var request = await ReceiveAsync(options).ConfigureAwait(false);
        var operation = service.Find(request.Operation)
            ?? throw new SoapFaultException(SoapFaultCode.Client, $"there is no operation '{Shorten(request.Operation)}'");
        operationName = operation.Name;
        var ct = http.RequestAborted;
        var call = new SoapCall(operation, http, this, request.Bind(operation.Parameters));
        var answer = await operation.Handler(call, ct).ConfigureAwait(false);
        if (!answer.Fits(operation.Returns)) throw new InvalidOperationException("the answer is not of the type that the operation declares");

        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = version.ContentType;
        Begin(request.Namespace.Length > 0 ? request.Namespace : service.TargetNamespace);
        var name = operation.NameBytes;
        Write("<ns1:"u8, name, "Response><return xsi:type=\""u8);
        output.WriteAscii(Wsdl.TypeName(operation.Returns));
        output.Write("\">"u8);
        await answer.WriteAsync(output, ct).ConfigureAwait(false);
        Write("</return></ns1:"u8, name, "Response>"u8);
        output.Write(version.EnvelopeEnd);
        await output.CompleteAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Answers with a fault of ours, in place of whatever was to be the answer.</summary>
    public async Task FaultAsync(SoapFaultException fault, int status)
    {
        log.Refused(TraceId, http.Connection.RemoteIpAddress?.ToString(), fault.Code, fault.Message, fault.InnerException?.GetType().Name);
        await SendFaultAsync(fault.Code, fault.Message, status, fault.CloseConnection).ConfigureAwait(false);
    }

    /// <summary>After a failure that nobody planned: a fault that tells nothing, or the end of the connection.</summary>
    public async Task FailAsync(Exception cause)
    {
        if (Started)
        {
            log.FailedHalfSent(operationName ?? "", TraceId, cause);
            http.Abort();
            return;
        }

        log.Failed(operationName ?? "", TraceId, cause);
        await SendFaultAsync(SoapFaultCode.Server, "internal error", StatusCodes.Status500InternalServerError, close: false).ConfigureAwait(false);
    }

    public void Dispose() => output.Dispose();

    private async Task<SoapRequest> ReceiveAsync(SoapEndpointOptions options)
    {
        using var body = await ReadBodyAsync(options).ConfigureAwait(false);
        if (body.Bytes.IsEmpty) throw new SoapFaultException(SoapFaultCode.Client, "the request is empty");
        if (options.MaxDepth >= PlainEnvelope.Depth && PlainEnvelope.Read(body.Bytes) is var (request, said))
        {
            version = said;
            return request;
        }

        var charset = MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) ? type.Charset.Value?.Trim('"') : null;
        using var reader = new EnvelopeReader(RequestText.Decode(body.Bytes, charset), options.MaxDepth);
        try
        {
            return reader.Read();
        }
        finally
        {
            version = reader.Version ?? version;
        }
    }

    private async ValueTask<RequestBody> ReadBodyAsync(SoapEndpointOptions options)
    {
        CancellationTokenSource? timeout = null, either = null;
        try
        {
            return await RequestBody.ReadAsync(http.Request, options.MaxRequestBytes, Patience).ConfigureAwait(false);
        }
        catch (IOException e)
        {
            // Truncated, badly chunked, too slow or too large for the server.
            throw new SoapFaultException(SoapFaultCode.Client, "the request could not be read", e) { CloseConnection = true };
        }
        catch (OperationCanceledException e) when (timeout is { IsCancellationRequested: true })
        {
            throw new SoapFaultException(SoapFaultCode.Client, "the request did not arrive in time", e) { CloseConnection = true };
        }
        finally
        {
            either?.Dispose();
            timeout?.Dispose();
        }

        CancellationToken Patience()
        {
            if (either is not null) return either.Token;
            timeout = new CancellationTokenSource(options.RequestTimeout, http.RequestServices.GetService<TimeProvider>() ?? TimeProvider.System);
            either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, http.RequestAborted);
            return either.Token;
        }
    }

    private async Task SendFaultAsync(SoapFaultCode code, string text, int status, bool close)
    {
        output.Discard();
        http.Response.StatusCode = status;
        http.Response.ContentType = version.ContentType;
        // HTTP/2 and 3 have no such header: there a stream ends by itself.
        if (close && http.Request.Protocol.StartsWith("HTTP/1", StringComparison.OrdinalIgnoreCase)) http.Response.Headers.Connection = "close";
        Begin(service.TargetNamespace);
        WriteFault(SoapFaultException.NameOf(code, version), text);
        output.Write(version.EnvelopeEnd);
        try
        {
            await output.CompleteAsync(http.RequestAborted).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            log.ClientGone(TraceId);
        }
    }

    private void WriteFault(string code, string text)
    {
        var old = version == SoapVersion.V11;
        output.WriteAscii(old ? "<SOAP-ENV:Fault><faultcode>SOAP-ENV:" : "<env:Fault><env:Code><env:Value>env:");
        output.WriteAscii(code);
        output.WriteAscii(old ? "</faultcode><faultstring>" : "</env:Value></env:Code><env:Reason><env:Text xml:lang=\"en\">");
        XmlEscape.Write(output, text, Escaping.EnvelopeText);
        output.WriteAscii(old ? "</faultstring><detail><ns1:traceId>" : "</env:Text></env:Reason><env:Detail><ns1:traceId>");
        XmlEscape.Write(output, TraceId, Escaping.EnvelopeText);
        output.WriteAscii(old ? "</ns1:traceId></detail></SOAP-ENV:Fault>" : "</ns1:traceId></env:Detail></env:Fault>");
    }

    private void Begin(string ns)
    {
        output.Write(version.EnvelopeStart);
        output.Write(" xmlns:ns1=\""u8);
        XmlEscape.Write(output, ns, Escaping.EnvelopeAttribute);
        output.Write("\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\""u8);
        output.Write(version.BodyStart);
    }

    private void Write(ReadOnlySpan<byte> before, ReadOnlySpan<byte> name, ReadOnlySpan<byte> after)
    {
        output.Write(before);
        output.Write(name);
        output.Write(after);
    }

    private static string Shorten(string name) => name.Length <= 64 ? name : name[..64];
}
