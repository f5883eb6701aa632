using Expand.Server.Crm;
using Expand.Server.Platform.Outbound;
using Expand.Soap;

namespace Expand.Server.Tests.Crm;

/// <summary>What services answer, and what is made of it.</summary>
public sealed class CrmAnswerTests
{
    private const string Soap11 = "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>";
    private const string End = "</s:Body></s:Envelope>";

    [Theory]
    [InlineData("<m:r xmlns:m=\"urn:x\"><return>Juan &amp; Ana</return></m:r>", "Juan & Ana")]
    [InlineData("<getCallerIDNameResponse xmlns=\"http://tempuri.org/\"><getCallerIDNameResult>Juan</getCallerIDNameResult></getCallerIDNameResponse>", "Juan")]
    [InlineData("<m:r xmlns:m=\"urn:x\"><return href=\"#a\"/></m:r><multiRef id=\"a\">Axis</multiRef>", "Axis")]
    [InlineData("<m:r xmlns:m=\"urn:x\"><return xsi:nil=\"true\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"/></m:r>", "")]
    [InlineData("<m:r xmlns:m=\"urn:x\"/>", "")]
    public void A_soap_answer_is_its_first_value_whatever_its_stack_calls_it(string body, string value) =>
        Assert.Equal((value, CrmProblem.None), Told(Read(CrmKind.Soap, 200, "text/xml", Soap11 + body + End)));

    [Theory]
    [InlineData(500, "text/xml", Soap11 + "<s:Fault><faultcode>s:Server</faultcode><faultstring>no hay datos</faultstring></s:Fault>" + End, CrmProblem.Fault, false)]
    [InlineData(200, "text/xml", "<!DOCTYPE x [<!ENTITY a \"b\">]>" + Soap11 + "<r><v>&a;</v></r>" + End, CrmProblem.NotSoap, false)]
    [InlineData(200, "text/html", "<html><body>Error</body></html>", CrmProblem.Html, true)]
    [InlineData(500, "text/html", "<html><body>Error</body></html>", CrmProblem.Status, true)]
    [InlineData(404, "text/html", "no", CrmProblem.Status, false)]
    [InlineData(200, "text/xml", "", CrmProblem.NotSoap, false)]
    [InlineData(200, "text/xml", "<a>", CrmProblem.NotSoap, false)]
    [InlineData(200, "text/xml", Soap11 + "<r><v><w/></v></r>" + End, CrmProblem.NotSoap, false)]
    [InlineData(302, "text/html", "", CrmProblem.Redirected, false)]
    public void What_is_no_soap_answer_is_said_to_be_none(int status, string type, string body, CrmProblem problem, bool isOutage)
    {
        var answer = Read(CrmKind.Soap, status, type, body);
        Assert.Equal(("", problem, isOutage), (answer.Value, answer.Problem, answer.IsOutage));
    }

    [Theory]
    [InlineData(200, "text/plain", " Juan Pérez\r\n", "", "Juan Pérez", CrmProblem.None)]
    [InlineData(200, "application/json", "\"Juan\"", "", "Juan", CrmProblem.None)]
    [InlineData(200, "application/json", "{\"data\":[{\"name\":\"Juan\"}]}", "$.data[0].name", "Juan", CrmProblem.None)]
    [InlineData(200, "text/plain", "{\"name\":null}", "name", "", CrmProblem.None)]
    [InlineData(204, "", "", "name", "", CrmProblem.None)]
    [InlineData(404, "application/json", "{}", "name", "", CrmProblem.None)]
    [InlineData(200, "application/json", "{\"name\":{}}", "name", "", CrmProblem.NoValue)]
    [InlineData(200, "application/json", "{\"a\":1}", "name", "", CrmProblem.NoValue)]
    [InlineData(200, "application/json", "{\"a\":1}", "", "", CrmProblem.NoValue)]
    [InlineData(200, "application/json", "Juan", "name", "", CrmProblem.NotJson)]
    [InlineData(200, "text/html", "<!doctype html><p>login", "", "", CrmProblem.Html)]
    [InlineData(401, "text/plain", "no", "", "", CrmProblem.Status)]
    public void A_rest_answer_is_the_whole_text_or_the_value_at_its_place(int status, string type, string body, string path, string value, CrmProblem problem) =>
        Assert.Equal((value, problem), Told(Read(CrmKind.Rest, status, type, body, path)));

    [Theory]
    [InlineData("true", CrmProblem.None)]
    [InlineData("0", CrmProblem.None)]
    [InlineData("", CrmProblem.None)]
    [InlineData("quizás", CrmProblem.NotBoolean)]
    public void Whether_a_push_was_taken_is_a_truth_value(string body, CrmProblem problem) =>
        Assert.Equal(problem, CrmAnswer.Of(Http(200, "text/plain", body), CrmOperation.AgentInfo, new() { Kind = CrmKind.Rest }).Problem);

    [Theory]
    [InlineData("  Juan\r\n \"el\" <Peña>\\;\u0007 ", "Juan el Peña")]
    [InlineData("\uD800", "")]
    public void A_name_is_one_line_without_what_would_end_a_header(string given, string shown) => Assert.Equal(shown, CallerNames.Clean(given));

    [Fact]
    public void A_long_name_is_cut() => Assert.Equal(CallerNames.LongestName, CallerNames.Clean(new string('a', 5000)).Length);

    [Fact]
    public void Values_are_encoded_by_their_place_and_never_more_than_values()
    {
        var arguments = CrmOperation.IvrCode.Arguments("1.2", "099&x=1", "menú", "a\"b\n{callerIdNum}");
        var rest = new CrmServiceSettings { Kind = CrmKind.Rest, Url = "http://crm/c/{calleridnum}/x?d={IVRData}", Body = """{"d":"{IVRData}"}""" };
        Assert.Null(CrmServiceRules.Broken(rest, CrmOperation.IvrCode));
        var request = CrmRequest.Of(rest, CrmOperation.IvrCode, arguments);
        Assert.Equal(("http://crm/c/099%26x%3D1/x?d=a%22b%0A%7BcallerIdNum%7D", "application/json", """{"d":"a\"b\n{callerIdNum}"}"""), (request.Url, request.MediaType, request.Body));
        Assert.Equal("UniqueID=1.2&callerIdNum=099%26x%3D1&IVRCode=men%C3%BA&IVRData=a%22b%0A%7BcallerIdNum%7D",
            CrmRequest.Of(rest with { Body = "", BodyFormat = CrmBody.Form }, CrmOperation.IvrCode, arguments).Body);
        Assert.Equal("http://crm/?v=1&callerIdNum=9%2B9", CrmRequest.Of(new() { Kind = CrmKind.Rest, Url = "http://crm/?v=1", Method = "GET" }, CrmOperation.CallerName,
            CrmOperation.CallerName.Arguments("9+9")).Url);
        var soap = CrmRequest.Of(new() { Url = "http://crm/", Username = "u", Password = "secreto" }, CrmOperation.CallerName, CrmOperation.CallerName.Arguments("<1>\u0001"));
        Assert.Contains("<callerIdNum xsi:type=\"xsd:string\">&lt;1&gt;</callerIdNum>", soap.Body, StringComparison.Ordinal);
        Assert.Equal("\"urn:apiws#getCallerIDName\"", soap.SoapAction);
        Assert.DoesNotContain("secreto", soap.Shown(new() { Username = "u", Password = "secreto" }), StringComparison.Ordinal);
        Assert.Null(SoapClientEnvelope.Read(soap.Body).Wrong);
    }

    private static (string Value, CrmProblem Problem) Told(CrmAnswer answer) => (answer.Value, answer.Problem);

    private static CrmAnswer Read(CrmKind kind, int status, string type, string body, string path = "") =>
        CrmAnswer.Of(Http(status, type, body), CrmOperation.CallerName, new() { Kind = kind, Answer = path });

    private static OutboundAnswer Http(int status, string type, string body) => new(OutboundEnd.Answered, status, body, type, TimeSpan.Zero, null, null);
}
