using Consensus.Engine;

namespace Consensus.Simulation.Tests.Scenes;

/// <summary>That a node leads in a term.</summary>
/// <param name="Term">The term.</param>
/// <param name="Leader">Who leads in it.</param>
/// <param name="Since">When it won its election, in virtual time.</param>
internal sealed record Reign(ulong Term, NodeId Leader, Ticks Since);
