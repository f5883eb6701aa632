namespace Expand.Soap.Tests;

public sealed class BindingTests
{
    private const string Expected = "key|701|cid1|702|cid2|45|a=1";
    private const string Named =
        "<authorizedKey>key</authorizedKey><src>701</src><srcCallerID>cid1</srcCallerID><dst>702</dst><dstCallerID>cid2</dstCallerID><timeout>45</timeout><callinfo>a=1</callinfo>";

    [Theory]
    [InlineData("<originateCall>{0}</originateCall>")]
    [InlineData("<ORIGINATEcall xmlns='http://other.example/'>{0}</ORIGINATEcall>")]
    [InlineData("<x:originateCall xmlns:x='urn:Expand/&lt;&amp;&quot;'>{0}</x:originateCall>")]
    public async Task Pitfall_1_dispatch_is_by_local_name_without_case_namespace_soapaction_or_content_type(string call)
    {
        await using var host = await SoapHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, SoapHost.Path);
        request.Headers.TryAddWithoutValidation("SOAPAction", "\"urn:apiws#pauseAgent\"");
        request.Content = new StringContent(Envelope.Around(call.Replace("{0}", Named, StringComparison.Ordinal)));
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/x-www-form-urlencoded");
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var reply = await Reply.ReadAsync(response);
        Assert.Equal(Expected, reply.Answers());
        Assert.Equal("originateCallResponse", reply.Payload.Name.LocalName);
    }

    [Theory]
    [InlineData("http://stub.example/compiled", "http://stub.example/compiled")]
    [InlineData("urn:&lt;&amp;&quot;&#10;", "urn:<&\"\n")]
    [InlineData("", "urn:apiws")]
    public async Task Pitfall_1_the_callers_namespace_is_echoed(string sent, string expected)
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.PostAsync(Envelope.Around($"<code xmlns=\"{sent}\"/>"));
        Assert.Equal("-1", reply.Answers());
        Assert.Equal(expected, reply.Payload.Name.NamespaceName);
        Assert.Equal("", reply.Payload.Elements().Single().Name.NamespaceName);
    }

    [Theory]
    [InlineData("param")]
    [InlineData("__numeric_")]
    [InlineData("arg")]
    [InlineData("c-gensym")]
    [InlineData("anything")]
    public async Task Pitfall_2_positional_names_bind_in_order(string prefix)
    {
        await using var host = await SoapHost.StartAsync();
        var first = prefix == "c-gensym" ? 3 : 0; // SOAP::Lite counts everything it serializes
        string[] values = ["key", "701", "cid1", "702", "cid2", "45", "a=1"];
        var reply = await host.CallAsync("originateCall", [.. values.Select((v, i) => ($"{prefix}{first + i}", v))]);
        Assert.Equal(Expected, reply.Answers());
    }

    [Theory]
    [InlineData("<callinfo>a=1</callinfo><timeout>45</timeout><dstCallerID>cid2</dstCallerID><dst>702</dst><srcCallerID>cid1</srcCallerID><src>701</src><authorizedKey>key</authorizedKey>")]
    [InlineData("<AUTHORIZEDKEY>key</AUTHORIZEDKEY><SRC>701</SRC><srccallerid>cid1</srccallerid><Dst>702</Dst><dstCallerId>cid2</dstCallerId><TimeOut>45</TimeOut><CallInfo>a=1</CallInfo>")]
    [InlineData("<autorizedkey>key</autorizedkey><src>701</src><srcCallerID>cid1</srcCallerID><dst>702</dst><dstCallerID>cid2</dstCallerID><timeout>45</timeout><info>a=1</info>")]
    [InlineData("<q:authorizedKey xmlns:q='urn:q'>key</q:authorizedKey><src>701</src><srcCallerID>cid1</srcCallerID><dst>702</dst><dstCallerID>cid2</dstCallerID><timeout>45</timeout><callinfo>a=1</callinfo><surplus><deep>x</deep></surplus><more/>")]
    public async Task Pitfall_2_reordered_misspelt_qualified_and_surplus_arguments_are_taken(string arguments)
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.PostAsync(Envelope.Around($"<m:originateCall xmlns:m='urn:apiws'>{arguments}</m:originateCall>"));
        Assert.Equal(Expected, reply.Answers());
    }

    [Fact]
    public async Task An_unknown_name_fills_the_place_where_it_stands_but_never_one_that_was_named()
    {
        await using var host = await SoapHost.StartAsync();
        var displacing = await host.CallAsync("originateCall", ("src", "701"), ("what", "displaced"));
        Assert.Equal("|701||||30|", displacing.Answers());
        var filling = await host.CallAsync("originateCall", ("clave", "key"), ("src", "701"));
        Assert.Equal("key|701||||30|", filling.Answers());
        var twice = await host.CallAsync("originateCall", ("src", "701"), ("SRC", "702"));
        Assert.Equal("|701||||30|", twice.Answers());
    }

    [Theory]
    [InlineData("")]
    [InlineData("<src/><timeout/>")]
    [InlineData("<src></src><timeout></timeout>")]
    [InlineData("<src xsi:nil='true'/><timeout xsi:nil='1'/><callinfo xsi:nil='true'>ignored</callinfo>")]
    [InlineData("<timeout>soon</timeout>")]
    [InlineData("<timeout>99999999999</timeout>")]
    public async Task Pitfall_3_missing_nil_empty_and_unreadable_are_the_same_and_never_a_fault(string arguments)
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.PostAsync(Envelope.Around($"<m:originateCall xmlns:m='urn:apiws'><authorizedKey>key</authorizedKey>{arguments}</m:originateCall>"));
        Assert.Equal("key|||||30|", reply.Answers());
    }

    [Fact]
    public async Task Pitfall_3_a_number_may_stand_between_white_space()
    {
        await using var host = await SoapHost.StartAsync();
        Assert.Equal("|||||7|", (await host.CallAsync("originateCall", ("timeout", " \n7\t "))).Answers());
    }

    [Fact]
    public async Task Pitfall_4_references_are_followed_before_and_after_the_call_and_from_one_to_the_next()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.PostAsync(Envelope.Around(
            """
            <multiRef id="k" xmlns:e="http://schemas.xmlsoap.org/soap/encoding/" e:root="0">key</multiRef>
            <m:originateCall xmlns:m="urn:apiws"><authorizedKey href="#k"/><src id="s">701</src><dst href="#s"/><timeout href="#id0"/></m:originateCall>
            <multiRef id="id0" href="#id1"/><multiRef id="id1">45</multiRef>
            """));
        Assert.Equal("key|701||701||45|", reply.Answers());
    }

    [Theory]
    [InlineData("<src href='#none'/>")]
    [InlineData("<src href='#a' id='a'/>")]
    [InlineData("<src><nested>701</nested></src>")]
    public async Task An_argument_that_is_no_simple_value_is_a_fault(string argument)
    {
        await using var host = await SoapHost.StartAsync();
        (await host.PostAsync(Envelope.Around($"<originateCall>{argument}</originateCall>"))).Faults("Client");
    }

    [Fact]
    public async Task Cdata_comments_and_references_make_up_one_text_and_white_space_is_kept()
    {
        await using var host = await SoapHost.StartAsync();
        var reply = await host.PostAsync(Envelope.Around("<echo><text> a<!-- x --><![CDATA[<b>]]><?pi y?>&amp;&#xED;&#13; </text></echo>"));
        Assert.Equal(" a<b>&í\r ", reply.Answers());
        Assert.Equal("  ", (await host.PostAsync(Envelope.Around("<echo><text>  </text></echo>"))).Answers());
    }
}
