using Expand.TestKit;

namespace Expand.EndToEnd;

public sealed class Turns() : LongestFirst("web UI", nameof(Clients.ClientsOnSimulatorTests), nameof(Newcomer.ReadmeTests));
