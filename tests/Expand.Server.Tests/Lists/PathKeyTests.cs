using Expand.Server.Lists;

namespace Expand.Server.Tests.Lists;

public sealed class PathKeyTests
{
    [Theory]
    [InlineData("/x/elements/27126666", "27126666")]
    [InlineData("/x/elements/27126666/", "27126666")]
    [InlineData("/x/elements/a%2Fb", "a/b")]
    [InlineData("/x/elements/a%252Fb", "a%2Fb")]
    [InlineData("/x/elements/a%2F", "a/")]
    [InlineData("/x/elements/a%2f/", "a/")]
    [InlineData("/x/elements/100%25", "100%")]
    [InlineData("/x/elements/100%", "100%")]
    [InlineData("/x/elements/a+b%20c", "a+b c")]
    [InlineData("/x/elements/q%3Fx%23y?z=/a", "q?x#y")]
    [InlineData("/x/elements/a?start=/1/", "a")]
    [InlineData("/x/elements/Mu%C3%B1oz%F0%9F%98%80", "Muñoz😀")]
    [InlineData("/x/elements/%FF", "%FF")]
    [InlineData("http://host:8080/x/elements/a%2Fb?c", "a/b")]
    [InlineData("", "")]
    public void The_last_segment_of_the_request_line_is_decoded_once(string target, string key) => Assert.Equal(key, PathKey.OfTarget(target));
}
