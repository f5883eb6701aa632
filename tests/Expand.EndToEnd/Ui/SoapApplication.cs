using Expand.TestKit;
using Xunit;

namespace Expand.EndToEnd.Ui;

/// <summary>What a key made in the page is good for: the SOAP service's answer to it.</summary>
internal static class SoapApplication
{
    /// <summary>originateCallStatus of a job that does not exist: <c>0</c> where the key is taken, <c>-1</c> where it is not (contract, soap.md).</summary>
    public static Task<string> StatusAsync(this ServerFixture server, string key) => CallAsync(server, key, "originateCallStatus", "00000000");

    /// <summary>extensionPbx: XML where the key is taken, else <c>-1</c>.</summary>
    public static Task<string> ExtensionsAsync(this ServerFixture server, string key) => CallAsync(server, key, "extensionPbx");

    private static async Task<string> CallAsync(ServerFixture server, string key, string operation, params string[] arguments)
    {
        using var soap = new SoapCaller(server.Url, key);
        return await soap.CallAsync(operation, TestContext.Current.CancellationToken, arguments);
    }
}
