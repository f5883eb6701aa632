using System.Text;
using System.Text.Json;
using Expand.Server.Access.Inspector;

namespace Expand.Server.Tests.Access;

/// <summary>No secret is stored of what a client sent, wherever it stood and however it was written.</summary>
public sealed class SecretMaskTests
{
    private const string Key = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
    private const string Password = "hunter2-secreta";

    public static TheoryData<string> Envelopes =>
    [
        $"<s:Envelope><s:Body><originateCall><authorizedKey>{Key}</authorizedKey><src>701</src></originateCall></s:Body></s:Envelope>",
        $"<s:Body><m:op xmlns:m='u'><m:autorizedkey xsi:type='xsd:string'> {Key} </m:autorizedkey></m:op></s:Body>",
        $"<op><param0>{Key}</param0><param1>701</param1></op>",
        $"<op><src>{Key}</src></op>",
        $"<op><src>x{Key}y</src></op>",
        $"<op authorizedKey=\"{Key}\"/>",
        $"<op other='{Key}'/>",
        $"<op><authorizedKey value=\"{Key}\" xsi:type=\"xsd:string\"/></op>",
        $"<op><authorizedKey href=\"#id0\"/></op><multiRef id=\"id0\">{Key}</multiRef>",
        $"<op><a><![CDATA[{Key}]]></a></op>",
        $"<op><a>{Key[..10]}<!-- entre medio -->{Key[10..]}</a></op>",
        $"<op><a>{Key[..10]}<![CDATA[{Key[10..]}]]></a></op>",
        $"<op><a>{string.Concat(Key.Select(c => $"&#{(int)c};"))}</a></op>",
        $"<op><a>{string.Concat(Key.Select(c => $"&#x{(int)c:x};"))}</a></op>",
        $"<op><a b='{string.Concat(Key.Select(c => $"&#{(int)c};"))}'/></op>",
        $"<op><a>&lt;authorizedKey&gt;{Key}&lt;/authorizedKey&gt;</a></op>",
        $"<op><authorizedKey>{Key}<src>701</src></op>",
        $"<op><authorizedKey>{Key}",
        $"<op><authorizedKey {Key}</authorizedKey>",
        $"<op authorizedKey=\"{Key}",
        $"<op <{Key}> <<>>",
        $"<{Key}>x</{Key}>",
        $"<!DOCTYPE x [<!ENTITY k \"{Key}\">]><op><a>&k;</a></op>",
        $"<?pi {Key}?><op/>",
        $"<!-- {Key} --><op/>",
        $"nada de XML {Key}",
        $"authorizedKey={Key}&src=701",
        $"src=701&x={Uri.EscapeDataString(string.Concat(Key.Select(c => $"%{(int)c:X2}")))}",
        $"{{\"a\":\"{Key}\"}}",
        $"{{\"a\":\"{string.Concat(Key.Select(c => $"\\u{(int)c:x4}"))}\"}}",
        $"{{\"{Key}\":1}}",
        $"[[\"{Key}\"",
        $"{{\"body\":{JsonSerializer.Serialize($"<authorizedKey>{Key}</authorizedKey>")}}}",
        $"https://{Key}@example.com/",
        Key,
        Key.ToUpperInvariant(),
    ];

    [Theory]
    [MemberData(nameof(Envelopes))]
    public void A_key_is_found_wherever_it_stands_even_where_nobody_knows_that_it_is_one(string sent)
    {
        AssertHidden(new SecretMask([]).Apply(sent), Key);
        AssertHidden(new SecretMask([Key]).Apply(sent), Key);
    }

    [Theory]
    [InlineData("<op><password>hunter2-secreta</password></op>")]
    [InlineData("<op><m:Password xsi:type=\"xsd:string\">hunter2-secreta</m:Password></op>")]
    [InlineData("<op><password><b>hunter2-secreta</b></password></op>")]
    [InlineData("<op><password>&#104;unter2-secreta</password></op>")]
    [InlineData("<op><user name='ana' password='hunter2-secreta'/></op>")]
    [InlineData("<op><user clave=hunter2-secreta></op>")]
    [InlineData("<op><item><key>password</key><value>hunter2-secreta</value></item></op>")]
    [InlineData("<op><password href='#1'/></op><multiRef id='1' href='#2'/><multiRef id='2'>hunter2-secreta</multiRef>")]
    [InlineData("<op><a>{\"password\":\"hunter2-secreta\"}</a></op>")]
    [InlineData("<op><a>{&quot;password&quot;:&quot;hunter2-secreta&quot;}</a></op>")]
    [InlineData("<op><password>hunter2-secreta")]
    [InlineData("<op><password>hunter2-secreta</pasword><src>701</src></op>")]
    [InlineData("{\"password\":\"hunter2-secreta\"}")]
    [InlineData("{\"user\":{\"Password\" : \"hunter2-secreta\", \"x\":1}}")]
    [InlineData("{\"pass\\u0077ord\":\"hunter2-secreta\"}")]
    [InlineData("{\"password\":{\"value\":\"hunter2-secreta\"}}")]
    [InlineData("{\"password\":[\"a\",\"hunter2-secreta\"]}")]
    [InlineData("{\"password\":\"hunter2-secreta")]
    [InlineData("{\"password\":hunter2-secreta}")]
    [InlineData("{'password':'hunter2-secreta'}")]
    [InlineData("{password: 'hunter2-secreta'}")]
    [InlineData("{\"a\":\"{\\\"password\\\":\\\"hunter2-secreta\\\"}\"}")]
    [InlineData("{\"a\":\"password=hunter2-secreta\"}")]
    [InlineData("{\"a\":1}\n{\"access_token\":\"hunter2-secreta\"}\n")]
    [InlineData("password=hunter2-secreta&x=1")]
    [InlineData("x=1&pass%77ord=hunter2-secreta&y=<a>")]
    [InlineData("x=1;api_key=hunter2-secreta")]
    [InlineData("contraseña: hunter2-secreta")]
    [InlineData("x-y: 1; password=\"hunter2-secreta\"")]
    [InlineData("https://ana:hunter2-secreta@example.com/")]
    public void A_password_is_found_by_its_name(string sent) => AssertHidden(new SecretMask([]).Apply(sent), Password);

    [Theory]
    [InlineData("<op><dst>hunter2-secreta</dst></op>")]
    [InlineData("<op><dst>hunter2&#45;secreta</dst></op>")]
    [InlineData("{\"note\":\"mi clave es HUNTER2-SECRETA\"}")]
    [InlineData("{\"note\":\"hunter2\\u002dsecreta\"}")]
    [InlineData("q=hunter2%2Dsecreta")]
    [InlineData("q=hunter2%252Dsecreta")]
    [InlineData("hunter2-secreta")]
    [InlineData("aHVudGVyMi1zZWNyZXRh")]
    public void A_secret_that_the_request_shows_elsewhere_is_found_in_any_place(string sent)
    {
        var masked = new SecretMask([Password]).Apply(sent);
        AssertHidden(masked, Password);
        Assert.DoesNotContain("aHVudGVyMi1zZWNyZXRh", masked, StringComparison.Ordinal);
    }

    [Fact]
    public void Wherever_a_body_is_cut_no_piece_of_a_secret_is_left_that_is_longer_than_what_may_be_shown()
    {
        string[] bodies =
        [
            $"<s:Envelope><s:Body><op><authorizedKey>{Key}</authorizedKey><src>701</src><info>x</info></op></s:Body></s:Envelope>",
            $"<op><param0>{Key}</param0><b>1</b></op>",
            $"<op><a b=\"{Key}\" c='1'/></op>",
            $"<op><a><![CDATA[{Key}]]></a></op>",
            $"<op><a>{Key[..16]}<!-- x -->{Key[16..]}</a></op>",
            $"<op><a>{string.Concat(Key.Select(c => $"&#{(int)c};"))}</a></op>",
            $"<op><authorizedKey href=\"#i\"/></op><multiRef id=\"i\">{Key}</multiRef>",
            $"{{\"a\":1,\"b\":\"{Key}\",\"c\":2}}",
            $"{{\"a\":1,\"b\":\"{string.Concat(Key.Select(c => $"\\u{(int)c:x4}"))}\"}}",
            $"{{\"a\":1}}\n{{\"b\":\"{Key}\"}}\n",
            $"a=1&b={Key}&c=2",
            $"a=1&b={string.Concat(Key.Select(c => $"%{(int)c:X2}"))}&c=2",
        ];
        foreach (var body in bodies)
        {
            for (var at = 1; at < body.Length; at++)
            {
                foreach (var mask in new[] { new SecretMask([]), new SecretMask([Key]) })
                {
                    var masked = mask.Apply(body[..at], cut: true);
                    var seen = Decoded(masked);
                    Assert.False(seen.Contains(Key[..8], StringComparison.OrdinalIgnoreCase), $"cut at {at}: {masked}");
                }
            }
        }
    }

    [Fact]
    public void What_is_no_secret_stays_as_it_was_sent()
    {
        string[] plain =
        [
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><originateCall><src xsi:type='xsd:string'>701</src>"
                + "<dst>0998765 &amp; más</dst><info>contrato=9, turno=\"tarde\"</info></originateCall></s:Body></s:Envelope>",
            "{\n  \"campaign\": 12,\n  \"numcall\": \"099123456\",\n  \"info\": {\"contrato\": \"9\", \"key\": \"701\"}\n}",
            "{\"row\":1}\n{\"row\":2}\n",
            "start=2026-01-01T10:00:00%2B00:00&limit=10",
        ];
        var mask = new SecretMask([Key, "701"]);
        foreach (var text in plain) Assert.Equal(text, mask.Apply(text));
    }

    [Fact]
    public void A_key_is_shown_by_its_first_digits_and_anything_else_not_at_all()
    {
        Assert.Equal("0f1e2d…", SecretMask.Shorten(Key));
        Assert.Equal("***", SecretMask.Shorten("mi clave"));
        Assert.Equal("***", SecretMask.Shorten(Key + "0"));
    }

    [Fact]
    public void An_address_shows_neither_a_key_nor_a_password()
    {
        var mask = new SecretMask([]);
        AssertHidden(mask.Address($"/apiws/2/apiws.php/{Key}", $"?authorizedKey={Key}&x=1"), Key);
        AssertHidden(mask.Address($"/x/{string.Concat(Key.Select(c => $"%{(int)c:X2}"))}", $"?{Key}"), Key);
        AssertHidden(mask.Address("/x", "?a=1&pass%77ord=hunter2-secreta"), Password);
        Assert.Equal("/expandweb3/api/lists/cartera?start=2&q=a%20b", mask.Address("/expandweb3/api/lists/cartera", "?start=2&q=a%20b"));
    }

    [Fact]
    public void An_Authorization_header_shows_its_scheme_only()
    {
        var mask = new SecretMask([]);
        Assert.Equal("Basic ***", mask.Header("Authorization", "Basic YWRtaW46aHVudGVyMg=="));
        Assert.Equal("***", mask.Header("Authorization", "hunter2"));
        Assert.Equal("text/xml; charset=utf-8", mask.Header("Content-Type", "text/xml; charset=utf-8"));
        AssertHidden(mask.Header("User-Agent", $"crm/1.0 ({Key})"), Key);
    }

    [Theory]
    [InlineData("Authorization: Basic YWRtaW46aHVudGVyMi1zZWNyZXRh")]
    [InlineData("<h><Authorization>Basic YWRtaW46aHVudGVyMi1zZWNyZXRh</Authorization></h>")]
    [InlineData("{\"header\":\"Basic YWRtaW46aHVudGVyMi1zZWNyZXRh\"}")]
    public void A_login_in_a_body_is_hidden(string sent) =>
        Assert.DoesNotContain("YWRtaW46", new SecretMask([]).Apply(sent), StringComparison.Ordinal);

    [Fact]
    public void The_trace_id_of_the_request_itself_has_the_form_of_a_key_and_is_none() =>
        Assert.Equal($"{{\"traceId\":\"{Key}\"}}", new SecretMask([], Key).Apply($"{{\"traceId\":\"{Key}\"}}"));

    [Fact]
    public void Two_byte_characters_that_were_read_as_one_byte_ones_hide_nothing_from_the_mask()
    {
        var misread = Encoding.Latin1.GetString(Encoding.Unicode.GetBytes($"<op><a>{Key}</a></op>"));
        AssertHidden(new SecretMask([]).Apply(misread), Key);
    }

    [Fact]
    public void Masking_takes_a_time_that_grows_with_the_text_and_not_with_its_square()
    {
        string[] nasty =
        [
            new('<', 16_000), new('"', 16_000), string.Concat(Enumerable.Repeat("<a ", 5_000)), string.Concat(Enumerable.Repeat("<password>", 1_600)),
            new string('a', 16_000) + "=", string.Concat(Enumerable.Repeat("password", 2_000)), string.Concat(Enumerable.Repeat("{\"a\":", 3_000)),
            string.Concat(Enumerable.Repeat("%25", 5_000)), "<a " + new string(' ', 16_000), string.Concat(Enumerable.Repeat("&#", 8_000)),
            string.Concat(Enumerable.Repeat("<a id='1' href='#1'>", 800)), string.Concat(Enumerable.Repeat("<!--", 4_000)), new string('{', 16_000),
        ];
        foreach (var text in nasty)
        {
            var began = System.Diagnostics.Stopwatch.StartNew();
            new SecretMask([Key]).Apply(text, cut: true);
            // Milliseconds where the machine has nothing else to do; its square would be minutes.
            Assert.True(began.Elapsed < TimeSpan.FromSeconds(15), $"{text[..20]}: {began.Elapsed}");
        }
    }

    private static void AssertHidden(string masked, string secret)
    {
        Assert.DoesNotContain(secret, masked, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(secret, Decoded(masked), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>As somebody would read it who wants the secret.</summary>
    private static string Decoded(string text)
    {
        text = System.Text.RegularExpressions.Regex.Replace(text, "<!--.*?-->|<!\\[CDATA\\[|\\]\\]>", "");
        text = System.Net.WebUtility.HtmlDecode(text);
        text = Uri.UnescapeDataString(Uri.UnescapeDataString(text));
        return System.Text.RegularExpressions.Regex.Replace(text, @"\\u([0-9a-fA-F]{4})", m => ((char)Convert.ToInt32(m.Groups[1].Value, 16)).ToString());
    }
}
