using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Expand.Server.Access;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace Expand.EndToEnd.Ui;

/// <summary>Every page of the menu as its visitor finds it: its own, accessible, within the screen, with nothing that the browser complains of.</summary>
[Collection("web UI tour")]
public sealed class TourTests(UiWorld world)
{
    /// <summary>What WCAG 2.1 A and AA ask, as far as axe-core can tell, and what it takes for good practice.</summary>
    private static readonly AxeRunOptions Rules = new() { RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] } };

    [Theory]
    [InlineData(Roles.Administrator)]
    [InlineData(Roles.Supervisor)]
    [InlineData(Roles.Agent)]
    public async Task Everybody_finds_their_own_pages_and_no_others(string part)
    {
        var (name, password) = await world.AddUserAsync(part);
        await using var visitor = await world.VisitAsync();
        await visitor.TrySignInAsync(name, password);
        await Expect(visitor.Page.Locator("h1").First).ToBeVisibleAsync();
        var links = await visitor.Page.Locator("nav a[href]").EvaluateAllAsync<string[]>("links => links.map(l => l.getAttribute('href'))");
        var own = Tour.Pages.Where(p => p.Part == part && p.Path != "/cuenta").Select(p => p.Path).ToList();
        Assert.Equal(own.Order(), links.Order());
        foreach (var path in Tour.Pages.Select(p => p.Path).Where(p => p != "/cuenta").Distinct())
        {
            var answer = await visitor.Page.APIRequest.GetAsync(path, new() { MaxRedirects = 0 });
            Assert.Equal((path, own.Contains(path) ? 200 : 302), (path, answer.Status));
            if (!own.Contains(path)) Assert.Contains("/sin-acceso", answer.Headers["location"], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(1280, 900, ColorScheme.Light)]
    [InlineData(390, 844, ColorScheme.Dark)]
    public async Task No_page_has_a_serious_accessibility_finding_nor_is_wider_than_its_screen(int width, int height, ColorScheme scheme)
    {
        var findings = (await Task.WhenAll(Tour.Parts.Select(part => FindingsAsync(part, width, height, scheme)))).SelectMany(f => f).ToList();
        Assert.True(findings.Count == 0, string.Join(Environment.NewLine, findings));
    }

    /// <summary>The check itself can fail.</summary>
    [Fact]
    public async Task A_page_with_a_serious_finding_is_found()
    {
        await using var visitor = await world.VisitAsync();
        await visitor.Page.GotoAsync("/entrar");
        await visitor.Page.EvaluateAsync("document.querySelector('label').remove()");
        Assert.Contains((await visitor.Page.RunAxe(Rules)).Violations, v => v.Impact is "serious" or "critical");
    }

    /// <summary>What is wrong with the pages of one part.</summary>
    private async Task<List<string>> FindingsAsync(string part, int width, int height, ColorScheme scheme)
    {
        var findings = new List<string>();
        var (name, password) = await world.AddUserAsync(part);
        await using var visitor = await world.VisitAsync(width: width, height: height, scheme: scheme);
        await visitor.TrySignInAsync(name, password);
        foreach (var path in Tour.Pages.Where(p => p.Part == part).Select(p => p.Path))
        {
            await visitor.SettleAtAsync(path);
            // The theme that the system asks for is taken on after the page is there.
            await visitor.Page.WaitForTimeoutAsync(400);
            var axe = await visitor.Page.RunAxe(Rules);
            findings.AddRange(axe.Violations.Where(v => v.Impact is "serious" or "critical").Select(v => $"{path}: {v.Id} ({v.Impact}), {v.Nodes[0].Html}"));
            if (await visitor.ExcessWidthAsync() is var excess and > 0) findings.Add($"{path} is {excess} px wider than a screen of {width}");
        }

        findings.AddRange(visitor.Complaints);
        return findings;
    }
}
