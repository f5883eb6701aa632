using System.CommandLine;
using System.Globalization;
using Expand.Server.Access;
using Expand.Server.Platform;
using Expand.Server.Platform.Rest;
using Expand.Server.Webhooks;

namespace Expand.Server.Cli;

/// <summary><c>expand webhooks</c>: webhooks made, changed, tested, and what was sent to them looked at and sent again.</summary>
internal static class WebhooksCommand
{
    private static readonly Argument<string> Which = new("webhook") { Description = "The webhook's name or number" };
    private static readonly Argument<string> Name = new("name") { Description = "The system that is told" };
    private static readonly Argument<string> Url = new("url") { Description = "Where it is told: http:// or https://" };
    private static readonly Option<string?> NewName = new("--name") { Description = "Another name" };
    private static readonly Option<string?> NewUrl = new("--url") { Description = "Another address" };
    private static readonly Option<string?> Description = new("--description") { Description = "More about it" };
    private static readonly Option<string[]> Events = new("--event") { Description = "Only this event (repeat for more)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> AllEvents = new("--all-events") { Description = "All events" };
    private static readonly Option<string[]> Queues = new("--queue") { Description = "Of queues' events only those of this queue (repeat for more)", AllowMultipleArgumentsPerToken = true };
    private static readonly Option<bool> AllQueues = new("--all-queues") { Description = "Of all queues" };
    private static readonly Option<bool> Enable = new("--enable") { Description = "Switch it on" };
    private static readonly Option<bool> Disable = new("--disable") { Description = "Switch it off; what waits is kept" };
    private static readonly Option<string?> OfWebhook = new("--webhook") { Description = "The webhook's name or number" };
    private static readonly Option<string?> Type = new("--type") { Description = "Only this event" };
    private static readonly Option<string?> State = new("--state") { Description = "Only these: waiting, delivered, dead" };
    private static readonly Option<string?> Since = new("--since") { Description = "What happened then or later" };
    private static readonly Option<string?> Until = new("--until") { Description = "What happened then or earlier; of a bare day its end" };
    private static readonly Option<bool> OnlyFailed = new("--only-failed") { Description = "Only what did not arrive" };
    private static readonly Option<int> Count = new("--count") { Description = "How many at most (default 50)", DefaultValueFactory = _ => 50 };

    public static Command Make(Rooms rooms)
    {
        var list = new Command("list", "Lists the webhooks and how their receivers do");
        list.SetAction((parsed, ct) => With(parsed, rooms, async services => List(await Get<WebhookDeliveries>(services).WebhooksAsync(ct), Get<LocalTime>(services)), ct));
        var add = new Command("add", "Makes a webhook and prints its secret, this once; without --event it is told every event") { Name, Url, Description, Events, Queues };
        add.SetAction((parsed, ct) => With(parsed, rooms, services => AddAsync(services, parsed, ct), ct));
        var change = new Command("change", "Changes what is given, and leaves the rest") { Which, NewName, NewUrl, Description, Events, AllEvents, Queues, AllQueues, Enable, Disable };
        change.SetAction((parsed, ct) => WithOne(parsed, rooms, (services, one) => ChangeAsync(services, one, parsed, ct), ct));
        var remove = new Command("remove", "Deletes a webhook with its deliveries") { Which };
        remove.SetAction((parsed, ct) => WithOne(parsed, rooms, async (services, one) =>
            Administration.Told(await Get<WebhookRegister>(services).DeleteAsync(one.Id, Actor.CommandLine, ct), $"webhook {one.Name} is removed"), ct));
        var rotate = new Command("rotate", "Makes another secret and prints it, this once; the one before signs as well for a day") { Which };
        rotate.SetAction((parsed, ct) => WithOne(parsed, rooms, (services, one) => RotateAsync(services, one, ct), ct));
        var test = new Command("test", "Sends a test event now and tells the answer") { Which };
        test.SetAction((parsed, ct) => WithOne(parsed, rooms, (services, one) => TestAsync(services, one, ct), ct));
        var deliveries = new Command("deliveries", "Lists what was sent, the newest first") { OfWebhook, Type, State, Since, Until, Count };
        deliveries.SetAction((parsed, ct) => With(parsed, rooms, services => DeliveriesAsync(services, parsed, ct), ct));
        var replay = new Command("replay", "Sends again, with the same ids; the running servers do the sending") { OfWebhook, Type, Since, Until, OnlyFailed };
        replay.SetAction((parsed, ct) => With(parsed, rooms, services => ReplayAsync(services, parsed, ct), ct));
        return new Command("webhooks", "Other systems that are told what happens") { list, add, change, remove, rotate, test, deliveries, replay };
    }

    private static T Get<T>(IServiceProvider services)
        where T : notnull => services.GetRequiredService<T>();

    private static Task<int> With(ParseResult parsed, Rooms rooms, Func<IServiceProvider, Task<int>> act, CancellationToken ct) =>
        Administration.RunAsync(parsed, rooms, act, ct);

    private static Task<int> WithOne(ParseResult parsed, Rooms rooms, Func<IServiceProvider, WebhookRow, Task<int>> act, CancellationToken ct) =>
        With(parsed, rooms, async services =>
        {
            var name = parsed.GetValue(Which)!;
            return await FindAsync(services, name, ct) is { } one ? await act(services, one) : Administration.Told(Failure.NotFound($"webhook {name}"), "");
        }, ct);

    /// <summary>By name, in whatever case, or else by number.</summary>
    private static async Task<WebhookRow?> FindAsync(IServiceProvider services, string name, CancellationToken ct)
    {
        var all = await Get<WebhookDeliveries>(services).WebhooksAsync(ct);
        return all.FirstOrDefault(w => w.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? all.FirstOrDefault(w => w.Id.ToString(CultureInfo.InvariantCulture) == name);
    }

    private static int List(IReadOnlyList<WebhookRow> webhooks, LocalTime time)
    {
        foreach (var one in webhooks)
        {
            var state = one.GoneAt is not null ? "off: 410 Gone" : !one.Enabled ? "off" : one.PausedUntil > time.Now ? "paused" : one.Failures > 0 ? "failing" : "on";
            var last = one.LastSuccessAt is { } at ? $"last success {time.Format(at)}" : "no success yet";
            var failures = one.Failures > 0 ? $", {one.Failures} failures in a row: {one.LastFailure}" : "";
            Console.WriteLine($"{one.Id,4}  {one.Name,-24}  {state,-13}  {one.Waiting} waiting, {one.Dead} dead, {last}{failures}  {one.Url}{Limits(one)}");
        }

        return 0;
    }

    private static string Limits(WebhookRow one) => string.Concat(
        one.EventTypes.Length > 0 ? $"  events: {string.Join(' ', one.EventTypes)}" : "",
        one.Queues.Length > 0 ? $"  queues: {string.Join(' ', one.Queues)}" : "");

    private static async Task<int> AddAsync(IServiceProvider services, ParseResult parsed, CancellationToken ct)
    {
        var form = new WebhookForm(
            parsed.GetValue(Name)!, parsed.GetValue(Url)!, parsed.GetValue(Description) ?? "", parsed.GetValue(Events) ?? [], parsed.GetValue(Queues) ?? []);
        var made = await Get<WebhookRegister>(services).CreateAsync(form, Actor.CommandLine, ct);
        if (made.Failure is { } failure) return Administration.Told(failure, "");
        Console.WriteLine(made.Value!.Secret);
        return Administration.Told(null, $"webhook {made.Value.Id} is made; its secret is not shown again");
    }

    private static async Task<int> ChangeAsync(IServiceProvider services, WebhookRow one, ParseResult parsed, CancellationToken ct)
    {
        var register = Get<WebhookRegister>(services);
        var form = new WebhookForm(
            parsed.GetValue(NewName) ?? one.Name, parsed.GetValue(NewUrl) ?? one.Url, parsed.GetValue(Description) ?? one.Description,
            parsed.GetValue(AllEvents) ? [] : parsed.GetValue(Events) is { Length: > 0 } events ? events : one.EventTypes,
            parsed.GetValue(AllQueues) ? [] : parsed.GetValue(Queues) is { Length: > 0 } queues ? queues : one.Queues);
        var failure = await register.ChangeAsync(one.Id, form, Actor.CommandLine, ct);
        if (failure is null && parsed.GetValue(Enable)) failure = await register.EnableAsync(one.Id, Actor.CommandLine, ct);
        if (failure is null && parsed.GetValue(Disable)) failure = await register.DisableAsync(one.Id, Actor.CommandLine, ct);
        return Administration.Told(failure, $"webhook {one.Name} is changed");
    }

    private static async Task<int> RotateAsync(IServiceProvider services, WebhookRow one, CancellationToken ct)
    {
        var made = await Get<WebhookRegister>(services).RotateAsync(one.Id, Actor.CommandLine, ct);
        if (made.Failure is { } failure) return Administration.Told(failure, "");
        Console.WriteLine(made.Value);
        return Administration.Told(null, $"webhook {one.Name} has another secret; it is not shown again, and the one before signs as well for a day");
    }

    private static async Task<int> TestAsync(IServiceProvider services, WebhookRow one, CancellationToken ct)
    {
        var (answer, failure) = await Get<WebhookDeliveries>(services).TestAsync(one.Id, Actor.CommandLine, ct);
        if (answer is null) return Administration.Told(failure, "");
        var line = string.Create(CultureInfo.InvariantCulture, $"{answer.Summary} in {answer.Took.TotalMilliseconds:0} ms");
        return Administration.Told(answer.IsSuccess ? null : Failure.Unavailable($"webhook {one.Name} did not take the test event: {line}"), $"webhook {one.Name} took the test event: {line}");
    }

    private static async Task<int> DeliveriesAsync(IServiceProvider services, ParseResult parsed, CancellationToken ct)
    {
        var (filter, wrong) = await FilterAsync(services, parsed, ct);
        if (filter is null) return Administration.Told(wrong, "");
        var time = Get<LocalTime>(services);
        foreach (var one in await Get<WebhookDeliveries>(services).PageAsync(filter, null, Math.Clamp(parsed.GetValue(Count), 1, 10_000), ct))
        {
            var answer = one.Status switch { null => "-", 0 => one.Answer, { } status => $"HTTP {status}" };
            Console.WriteLine($"{one.Id,8}  {time.Format(one.OccurredAt)}  {one.Type,-24}  {one.State,-9}  {one.Attempts} attempts  {answer}  {one.EventId}  {one.Webhook}");
        }

        return 0;
    }

    private static async Task<int> ReplayAsync(IServiceProvider services, ParseResult parsed, CancellationToken ct)
    {
        if (parsed.GetValue(OfWebhook) is null) return Administration.Told(Failure.Invalid("webhook", "--webhook says which webhook"), "");
        var (filter, wrong) = await FilterAsync(services, parsed, ct);
        if (filter is null) return Administration.Told(wrong, "");
        var deliveries = Get<WebhookDeliveries>(services);
        var onlyFailed = parsed.GetValue(OnlyFailed);
        var count = await deliveries.CountAsync(filter, onlyFailed, ct);
        var sent = await deliveries.ReplayAsync(filter, onlyFailed, Actor.CommandLine, soFar => Console.Error.WriteLine($"{soFar} of {count}"), ct);
        return Administration.Told(sent.Failure, $"{sent.Value} deliveries are sent again");
    }

    private static async Task<Result<DeliveryFilter>> FilterAsync(IServiceProvider services, ParseResult parsed, CancellationToken ct)
    {
        var (time, filter) = (Get<LocalTime>(services), new DeliveryFilter { Type = parsed.GetValue(Type) });
        if (parsed.GetValue(OfWebhook) is { } name)
        {
            if (await FindAsync(services, name, ct) is not { } one) return Failure.NotFound($"webhook {name}");
            filter = filter with { Webhook = one.Id };
        }

        if (parsed.CommandResult.Command.Name == "deliveries" && parsed.GetValue(State) is { } word)
        {
            if (!Enum.TryParse<DeliveryState>(word, ignoreCase: true, out var state) || !Enum.IsDefined(state)) return Failure.Invalid("state", "a state is waiting, delivered or dead");
            filter = filter with { State = state };
        }

        if (parsed.GetValue(Since) is { } since)
        {
            if (!RestTime.TryParse(since, time, out var from)) return Failure.Invalid("since", "--since " + RestTime.Rule);
            filter = filter with { From = from };
        }

        if (parsed.GetValue(Until) is not { } until) return filter;
        if (!RestTime.TryParseEnd(until, time, out var to)) return Failure.Invalid("until", "--until " + RestTime.Rule);
        return filter with { Before = to.AddTicks(TimeSpan.TicksPerMicrosecond) };
    }
}
