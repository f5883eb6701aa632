namespace Expand.Soap.Tests;

public sealed class FaultTests
{
    private static string Header(string content, string ns = Envelope.Ns11) =>
        Envelope.Around("<code/>", ns, $"<s:Header>{content}</s:Header>");

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("hello")]
    [InlineData("<a/>")]
    [InlineData("<Envelope/>", "VersionMismatch")]
    [InlineData("<e:Envelope xmlns:e='urn:other'><e:Body><code/></e:Body></e:Envelope>", "VersionMismatch")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'/>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body/></e:Envelope>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body>code</e:Body></e:Envelope>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><Body><code/></Body></e:Envelope>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><code></e:Body></e:Envelope>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><code/></e:Body></e:Envelope><!-- --><x/>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><noSuchOperation/></e:Body></e:Envelope>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><echo><text>&nbsp;</text></echo></e:Body></e:Envelope>")]
    [InlineData("<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Body><echo><text>&#1;</text></echo></e:Body></e:Envelope>")]
    public async Task Pitfall_10_what_is_no_call_is_a_fault(string body, string code = "Client")
    {
        await using var host = await SoapHost.StartAsync();
        var reply = (await host.PostAsync(body)).Faults(code);
        Assert.Equal("text/xml; charset=utf-8", reply.ContentType);
        Assert.Contains(host.Log, line => line.Contains(reply.TraceId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Pitfall_10_a_fault_of_soap_12_says_sender_and_receiver()
    {
        await using var host = await SoapHost.StartAsync();
        var sender = (await host.PostAsync(Envelope.Around("<unknown/>", Envelope.Ns12))).Faults("Sender");
        Assert.Equal(Envelope.Ns12, sender.EnvelopeNamespace);
        Assert.Equal("application/soap+xml; charset=utf-8", sender.ContentType);
        (await host.PostAsync(Envelope.Around("<failing/>", Envelope.Ns12))).Faults("Receiver");
        (await host.PostAsync("<broken", "application/soap+xml")).Faults("Sender");
    }

    [Fact]
    public async Task A_failing_handler_is_a_server_fault_without_internals_whose_trace_id_the_log_holds()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = (await host.CallAsync("failing")).Faults("Server");
        Assert.DoesNotContain("secret", reply.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("Exception", reply.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(host.Log, line => line.StartsWith("Error 5002", StringComparison.Ordinal)
            && line.Contains(reply.TraceId, StringComparison.Ordinal) && line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_operation_is_named_without_its_markup_and_at_bounded_length()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = (await host.PostAsync(Envelope.Around($"<{new string('x', 5000)}/>"))).Faults("Client");
        Assert.True(reply.FaultText.Length < 120);
    }

    [Theory]
    [InlineData("<x s:mustUnderstand='1'/>")]
    [InlineData("<y/><x s:mustUnderstand='1' s:actor='http://schemas.xmlsoap.org/soap/actor/next'/>")]
    [InlineData("<x s:mustUnderstand='true'/>", Envelope.Ns12)]
    public async Task Pitfall_10_a_header_that_must_be_understood_is_refused(string header, string ns = Envelope.Ns11)
    {
        await using var host = await SoapHost.StartAsync();
        (await host.PostAsync(Header(header, ns))).Faults("MustUnderstand");
    }

    [Theory]
    [InlineData("<x s:mustUnderstand='0'><s:Body><failing/></s:Body></x>")]
    [InlineData("<x mustUnderstand='1'/>")]
    [InlineData("<x s:mustUnderstand='1' s:actor='urn:somebody-else'/>")]
    [InlineData("<wsse:Security xmlns:wsse='urn:w'><a><b/></a></wsse:Security>")]
    public async Task Other_headers_are_ignored(string header)
    {
        await using var host = await SoapHost.StartAsync();
        Assert.Equal("-1", (await host.PostAsync(Header(header))).Answers());
    }

    [Fact]
    public async Task No_argument_reaches_the_log()
    {
        await using var host = await SoapHost.StartAsync();
        await host.CallAsync("failing", ("authorizedKey", "a-secret-key"));
        await host.PostAsync(Envelope.Around("<echo><text>a-secret-key</text><oops></echo>"));
        await host.PostAsync(Envelope.Around("<unknown><text>a-secret-key</text></unknown>"));
        Assert.True(host.Log.Count >= 3);
        Assert.DoesNotContain(host.Log, line => line.Contains("a-secret-key", StringComparison.Ordinal));
    }
}
