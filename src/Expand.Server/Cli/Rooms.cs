namespace Expand.Server.Cli;

/// <summary>What the host is made of; Program.cs lists it.</summary>
/// <param name="Add">Registers the rooms.</param>
/// <param name="Map">Opens their doors.</param>
internal sealed record Rooms(Action<IServiceCollection> Add, Action<WebApplication> Map);
