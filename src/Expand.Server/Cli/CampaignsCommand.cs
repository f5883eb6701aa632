using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Dialer;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;

namespace Expand.Server.Cli;

/// <summary><c>expand campaigns</c>: the dialer's campaigns made and led through their states.</summary>
internal static class CampaignsCommand
{
    private static readonly Argument<int> Id = new("id") { Description = "The campaign's id" };
    private static readonly Argument<FileInfo> Definition = new("file") { Description = "Its JSON, with the members that GET /campaigns/{id} answers" };

    public static Command Make(Rooms rooms)
    {
        var list = new Command("list", "Lists the campaigns with the number of their contacts");
        list.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => ListAsync(services, ct), ct));
        var create = new Command("create", "Makes a campaign, Incomplete") { Definition };
        create.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => CreateAsync(services, parsed.GetValue(Definition)!, ct), ct));
        return new Command("campaigns", "Campaigns of the dialer")
        {
            list,
            create,
            Step(rooms, "activate", "Begins a campaign that has a queue, dates and hours", "active", (c, id, ct) => c.ActivateAsync(id, ExpectedVersion.Any, Actor.CommandLine, ct)),
            Step(rooms, "pause", "Holds up an active campaign", "paused", (c, id, ct) => c.PauseAsync(id, ExpectedVersion.Any, Actor.CommandLine, ct)),
            Step(rooms, "resume", "Goes on after a pause", "active", (c, id, ct) => c.ResumeAsync(id, ExpectedVersion.Any, Actor.CommandLine, ct)),
            Step(rooms, "finalize", "Ends a campaign; its pending contacts are canceled", "finalized", (c, id, ct) => c.FinalizeAsync(id, ExpectedVersion.Any, Actor.CommandLine, ct)),
            Step(rooms, "store", "Puts away a campaign that has ended", "stored", (c, id, ct) => c.StoreAsync(id, ExpectedVersion.Any, Actor.CommandLine, ct)),
        };
    }

    private static Command Step(
        Rooms rooms, string name, string description, string done, Func<Campaigns, int, CancellationToken, Task<Result<Campaign>>> act)
    {
        var step = new Command(name, description) { Id };
        step.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services =>
        {
            await using var scope = services.CreateAsyncScope();
            var id = parsed.GetValue(Id);
            return Administration.Told((await act(scope.ServiceProvider.GetRequiredService<Campaigns>(), id, ct)).Failure, $"campaign {id} is {done}");
        }, ct));
        return step;
    }

    private static async Task<int> CreateAsync(IServiceProvider services, FileInfo file, CancellationToken ct)
    {
        byte[] json;
        try
        {
            json = await File.ReadAllBytesAsync(file.FullName, ct);
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            throw new SettingException($"{file.FullName} cannot be read: {wrong.Message}");
        }

        var (body, problem) = BodyJson.Read<CampaignBody>(json);
        if (body is null) return Administration.Told(Failure.Invalid("file", problem!.Detail), "");
        var form = body.ToForm(services.GetRequiredService<LocalTime>());
        if (form.Failure is { } broken) return Administration.Told(broken, "");
        await using var scope = services.CreateAsyncScope();
        var made = await scope.ServiceProvider.GetRequiredService<Campaigns>().CreateAsync(form.Value!, Actor.CommandLine, ct);
        return Administration.Told(made.Failure, $"campaign {made.Value?.Id} is made; activate begins it");
    }

    private static async Task<int> ListAsync(IServiceProvider services, CancellationToken ct)
    {
        await using var found = await services.GetRequiredService<CampaignListing>().ReadAsync(null, byName: false, descending: false, 0, null, ct);
        await foreach (var (campaign, pending, completed, rejected, canceled) in found.ReadAsync(ct))
        {
            var state = campaign.Paused ? $"{campaign.State}, paused" : campaign.State.ToString();
            Console.WriteLine(
                $"{campaign.Id,6}  {campaign.Name,-30}  {state,-14}  {campaign.Queue,-20}  {pending} pending, {completed} completed, {rejected} rejected, {canceled} canceled");
        }

        return 0;
    }
}
