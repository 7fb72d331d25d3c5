using Consensus.Engine;
using Consensus.Hybrid;

namespace Consensus.Hosting;

/// <summary>The epochs of a hybrid, as far as this node knows that they have begun, with what began each. Safe to use from any number of threads.</summary>
public sealed class GroupEpochs
{
    private readonly HybridEngine? _hybrid;

    /// <param name="engine">The group's engine.</param>
    internal GroupEpochs(IEngine engine) => _hybrid = engine as HybridEngine;

    /// <summary>The epochs known now; nothing, if the group has one engine for ever.</summary>
    public EpochHistory? Known => _hybrid?.Epochs;
}
