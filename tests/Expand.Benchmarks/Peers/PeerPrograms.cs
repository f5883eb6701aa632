using System.Runtime.InteropServices;
using System.ServiceModel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SoapCore;

namespace Expand.Benchmarks.Peers;

/// <summary>What the server is measured against where that is a program in .NET: each runs as a process of its own, as the server does.</summary>
internal static class PeerPrograms
{
    /// <summary>Serves on that port of 127.0.0.1 until it is told to end.</summary>
    /// <param name="kind"><c>constant</c>: answers whatever comes with a file; <c>soapcore</c>: a service of SoapCore.</param>
    /// <param name="port">Where.</param>
    /// <param name="more">Of <c>constant</c>: the file, and its content type.</param>
    public static async Task<int> ServeAsync(string kind, int port, string[] more)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(System.Net.IPAddress.Loopback, port);
        });
        if (kind == "soapcore")
        {
            builder.Services.AddSoapCore();
            builder.Services.AddSingleton<ICallStatus, CallStatus>();
            builder.Services.AddRouting();
        }

        await using var app = builder.Build();
        if (kind == "soapcore") SoapCoreEndpoint(app);
        else Constant(app, await File.ReadAllBytesAsync(more[0]), more[1]);
        // SIGTERM is how the benchmark ends it.
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => app.Lifetime.StopApplication());
        await app.RunAsync();
        return 0;
    }

    private static void Constant(WebApplication app, byte[] answer, string type) => app.Run(http =>
    {
        http.Response.ContentType = type;
        http.Response.ContentLength = answer.Length;
        return http.Response.Body.WriteAsync(answer, 0, answer.Length);
    });

    private static void SoapCoreEndpoint(WebApplication app) =>
        ((IApplicationBuilder)app).UseSoapEndpoint<ICallStatus>("/apiws/2/apiws.php", new SoapEncoderOptions(), SoapSerializer.XmlSerializer);

    /// <summary>The operation as SoapCore is told of it.</summary>
    [ServiceContract(Namespace = "urn:apiws")]
    public interface ICallStatus
    {
        [OperationContract(Name = "originateCallStatus", Action = "")]
        int OriginateCallStatus(string authorizedKey, string originatedID);
    }

    private sealed class CallStatus : ICallStatus
    {
        public int OriginateCallStatus(string authorizedKey, string originatedID) => 2;
    }
}
