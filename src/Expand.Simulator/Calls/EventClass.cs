namespace Expand.Simulator.Calls;

/// <summary>The privilege class of an event.</summary>
internal enum EventClass
{
    Call,
    Agent,
    System,
    Cdr,
}
