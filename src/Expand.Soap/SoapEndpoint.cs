using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Expand.Soap;

/// <summary>The HTTP face of a service: WSDL and a page for people by GET, calls by POST.</summary>
internal sealed class SoapEndpoint(SoapService service, SoapEndpointOptions options)
{
    private readonly Wsdl wsdl = new(service);
    private ILogger? log;

    public Task HandleAsync(HttpContext http)
    {
        var method = http.Request.Method;
        if (HttpMethods.IsPost(method)) return AnswerCallAsync(http);
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method)) return RefuseMethodAsync(http);
        return http.Request.Query.TryGetValue("wsdl", out var variant)
            ? SendAsync(http, SoapVersion.V11.ContentType, wsdl.For(variant.ToString(), Address(http)))
            : SendAsync(http, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(Page()));
    }

    private async Task AnswerCallAsync(HttpContext http)
    {
        using var exchange = new SoapExchange(service, http, Log(http));
        try
        {
            await exchange.AnswerAsync(options).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && exchange.ClientGone)
        {
            exchange.Log.ClientGone(exchange.TraceId);
        }
        catch (SoapFaultException e) when (!exchange.Started)
        {
            await exchange.FaultAsync(e, StatusCodes.Status500InternalServerError).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever a handler throws: no exception page, no internals.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await exchange.FailAsync(e).ConfigureAwait(false);
        }
    }

    private async Task RefuseMethodAsync(HttpContext http)
    {
        using var exchange = new SoapExchange(service, http, Log(http));
        http.Response.Headers.Allow = "GET, HEAD, POST";
        await exchange.FaultAsync(new SoapFaultException(SoapFaultCode.Client, "calls are made by POST"), StatusCodes.Status405MethodNotAllowed)
            .ConfigureAwait(false);
    }

    private static async Task SendAsync(HttpContext http, string contentType, byte[] bytes)
    {
        http.Response.ContentType = contentType;
        http.Response.ContentLength = bytes.Length;
        if (HttpMethods.IsHead(http.Request.Method)) return;
        await http.Response.BodyWriter.WriteAsync(bytes, http.RequestAborted).ConfigureAwait(false);
    }

    private string Address(HttpContext http)
    {
        var request = http.Request;
        if (options.PublicUrl is { Length: > 0 } configured) return configured.TrimEnd('/') + request.Path.ToUriComponent();
        // HTTP/1.0 knows no Host.
        var host = request.Host.HasValue ? request.Host : new HostString($"{http.Connection.LocalIpAddress}", http.Connection.LocalPort);
        return UriHelper.BuildAbsolute(request.Scheme, host, request.PathBase, request.Path);
    }

    private string Page()
    {
        var page = new StringBuilder();
        var name = HtmlEncoder.Default.Encode(service.Name);
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"es\"><head><meta charset=\"utf-8\"><title>{name}</title></head><body>\n");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{name}</h1>\n<p>Servicio SOAP. Las llamadas se hacen por POST; su descripción: <a href=\"?wsdl\">WSDL</a>.</p>\n<ul>\n");
        foreach (var operation in service.Operations)
        {
            var parameters = string.Join(", ", operation.Parameters.Select(p => p.Name));
            page.Append("<li>").Append(HtmlEncoder.Default.Encode($"{operation.Name}({parameters})")).Append("</li>\n");
        }

        return page.Append("</ul>\n</body></html>\n").ToString();
    }

    private ILogger Log(HttpContext http) => log ??= http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger("Expand.Soap");
}
