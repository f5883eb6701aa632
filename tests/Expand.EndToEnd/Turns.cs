using Expand.TestKit;

namespace Expand.EndToEnd;

public sealed class Turns() : LongestFirst(
    "web UI tour", nameof(Clients.ClientsOnSimulatorTests), "web UI", nameof(Newcomer.RunScript), nameof(Newcomer.ReadmeTests), nameof(Clients.ClientsOnAsterisk16),
    nameof(Clients.ClientsOnAsterisk22));
