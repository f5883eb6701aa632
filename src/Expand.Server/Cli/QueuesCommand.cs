using System.CommandLine;
using Expand.Server.Access;
using Expand.Server.Queues;

namespace Expand.Server.Cli;

/// <summary><c>expand queues</c>: what queues are called, and whose they are. The queues themselves are the PBX's.</summary>
internal static class QueuesCommand
{
    private static readonly Argument<string> Queue = new("queue") { Description = "The queue's name in the PBX, such as q_ventas" };
    private static readonly Argument<string> Description = new("description") { Description = "What people call it; \"\" for nothing" };
    private static readonly Argument<string> Username = new("username") { Description = "The agent's username" };
    private static readonly Option<int> Penalty = new("--penalty") { Description = "Agents with a higher one are called later (default 0)" };

    public static Command Make(Rooms rooms)
    {
        var list = new Command("list", "Lists the queues that have a description or agents, with their agents");
        list.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, services => Task.FromResult(List(services)), ct));
        var name = new Command("name", "Gives a queue a description") { Queue, Description };
        name.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<QueueCatalog>().SetDescriptionAsync(
                parsed.GetValue(Queue)!, parsed.GetValue(Description)!, Actor.CommandLine, ct),
            parsed.GetValue(Description)!.Trim() is { Length: > 0 } called ? $"queue {parsed.GetValue(Queue)} is called {called}" : $"queue {parsed.GetValue(Queue)} has no description"), ct));
        var link = new Command("link", "Makes a user an agent of a queue, or changes the penalty") { Queue, Username, Penalty };
        link.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<QueueCatalog>().LinkAsync(
                parsed.GetValue(Queue)!, parsed.GetValue(Username)!, parsed.GetValue(Penalty), Actor.CommandLine, ct),
            $"{parsed.GetValue(Username)} is an agent of {parsed.GetValue(Queue)}"), ct));
        var unlink = new Command("unlink", "Ends that a user is an agent of a queue") { Queue, Username };
        unlink.SetAction((parsed, ct) => Administration.RunAsync(parsed, rooms, async services => Administration.Told(
            await services.GetRequiredService<QueueCatalog>().UnlinkAsync(parsed.GetValue(Queue)!, parsed.GetValue(Username)!, Actor.CommandLine, ct),
            $"{parsed.GetValue(Username)} is no agent of {parsed.GetValue(Queue)}"), ct));
        return new Command("queues", "Descriptions of queues, and their agents") { list, name, link, unlink };
    }

    private static int List(IServiceProvider services)
    {
        var catalog = services.GetRequiredService<QueueCatalog>();
        var users = services.GetRequiredService<UserDirectory>();
        foreach (var queue in catalog.All)
        {
            var agents = catalog.AgentsOf(queue.Name).Select(users.Find).OfType<Person>().Select(p =>
                $"{p.Username} ({p.AgentNumber}, {catalog.QueuesOf(p.Id).First(q => q.Queue == queue.Name).Penalty})");
            Console.WriteLine($"{queue.Name,-20}  {queue.Description}  {string.Join(", ", agents)}");
        }

        return 0;
    }
}
