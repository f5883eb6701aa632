using System.ComponentModel.DataAnnotations;
using System.Text;
using System.Text.Json.Serialization;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Tests.Rest;

/// <summary>A body is read strictly, and what is wrong with it names the field and the rule.</summary>
public sealed class BodyJsonTests
{
    public sealed record Sample
    {
        [Required, StringLength(5), PlainText]
        public string? Name { get; init; }

        [Range(0, 100)]
        public int Count { get; init; }

        public bool? Enable { get; init; }

        public IReadOnlyList<string>? Phone { get; init; }

        public Inner? Info { get; init; }

        [JsonIgnore]
        public object? Id { get; init; }
    }

    public sealed record Inner
    {
        public int Deep { get; init; }
    }

    [Theory]
    [InlineData("""{"count":1}""", "name", "is required")]
    [InlineData("""{"name":null}""", "name", "is required")]
    [InlineData("""{"name":""}""", "name", "is required")]
    [InlineData("""{"name":"abcdef"}""", "name", "5")]
    [InlineData("""{"name":"a\u0007"}""", "name", "control characters")]
    [InlineData("""{"name":"a\nb"}""", "name", "control characters")]
    [InlineData("""{"name":7}""", "name", "type")]
    [InlineData("""{"name":{"a":1}}""", "name", "type")]
    [InlineData("""{"name":["a"]}""", "name", "type")]
    [InlineData("""{"name":"a","count":"1"}""", "count", "type")]
    [InlineData("""{"name":"a","count":1.5}""", "count", "type")]
    [InlineData("""{"name":"a","count":99999999999999999999}""", "count", "type")]
    [InlineData("""{"name":"a","count":1e400}""", "count", "type")]
    [InlineData("""{"name":"a","count":101}""", "count", "between 0 and 100")]
    [InlineData("""{"name":"a","enable":"yes"}""", "enable", "type")]
    [InlineData("""{"name":"a","phone":["1",2]}""", "phone[1]", "type")]
    [InlineData("""{"name":"a","info":{"deep":"x"}}""", "info.deep", "type")]
    [InlineData("""{"name":"a","info":{"other":1}}""", "other", "is not a field")]
    [InlineData("""{"name":"a","nombre":"b"}""", "nombre", "is not a field")]
    [InlineData("""{"name":"a","Name":"b"}""", "Name", "is not a field")]
    [InlineData("""{"name":"a","name":"b"}""", "name", "more than once")]
    [InlineData("""{"name":"a\ud800"}""", "name", "type")]
    [InlineData("""{"name":"a",}""", "body", "is not JSON")]
    [InlineData("""{"name":"a" """, "body", "is not JSON")]
    [InlineData("""{'name':'a'}""", "body", "is not JSON")]
    [InlineData("name=a", "body", "is not JSON")]
    [InlineData("", "body", "is empty")]
    [InlineData("  \r\n", "body", "is empty")]
    [InlineData("null", "body", "must be a JSON object")]
    [InlineData("[]", "body", "must be a JSON object")]
    [InlineData("\"a\"", "body", "must be a JSON object")]
    [InlineData("7", "body", "must be a JSON object")]
    [InlineData("""{"name":"a"}{"name":"b"}""", "body", "is not JSON")]
    public void What_is_wrong_is_named(string json, string field, string rule)
    {
        var (value, problem) = BodyJson.Read<Sample>(Encoding.UTF8.GetBytes(json));
        Assert.Null(value);
        Assert.Equal(400, problem!.Status);
        Assert.True(problem.Errors.TryGetValue(field, out var rules), $"{field} is not among {string.Join(", ", problem.Errors.Keys)}: {problem.Detail}");
        Assert.Contains(rule, rules![0], StringComparison.Ordinal);
        Assert.DoesNotContain("System.", problem.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("Sample", problem.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_wrong_fields_are_told_at_once()
    {
        var (_, problem) = BodyJson.Read<Sample>("""{"name":"abcdef","count":-1}"""u8.ToArray());
        Assert.Equal(["count", "name"], problem!.Errors.Keys.Order());
    }

    [Fact]
    public void What_is_right_is_read_and_what_is_the_servers_to_say_is_left_aside()
    {
        var (value, problem) = BodyJson.Read<Sample>("\uFEFF{\"id\":{\"a\":[1]},\"name\":\"ñan\",\"count\":3,\"phone\":[\"1\"]}"u8.ToArray());
        Assert.Null(problem);
        Assert.Equal(("ñan", 3, "1"), (value!.Name, value.Count, value.Phone!.Single()));
        Assert.Null(value.Id);
    }

    [Fact]
    public void Bytes_that_are_no_UTF_8_are_refused()
    {
        var (_, problem) = BodyJson.Read<Sample>(Encoding.Latin1.GetBytes("""{"name":"ñandú"}"""));
        Assert.Equal("is not UTF-8", problem!.Errors["body"][0]);
    }
}
