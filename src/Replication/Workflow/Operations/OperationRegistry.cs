using System.Diagnostics.CodeAnalysis;

namespace Consensus.Replication.Workflow;

/// <summary>The custom operations by name. Fixed when the machine is made.</summary>
internal sealed class OperationRegistry
{
    private readonly Dictionary<string, ICustomOperation> _byName = new(StringComparer.Ordinal);

    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.InvalidConfiguration"/>: a name is not valid or taken.</exception>
    public OperationRegistry(IEnumerable<ICustomOperation> operations)
    {
        foreach (var operation in operations)
        {
            var verdict = NameRule.Check("an operation", operation.Name);
            if (!verdict.IsAccepted)
            {
                throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"{operation.GetType()} cannot be registered: {verdict.Detail}");
            }

            if (!_byName.TryAdd(operation.Name, operation))
            {
                throw new ConsensusException(ConsensusFailure.InvalidConfiguration, $"Two custom operations are named '{operation.Name}'; each needs its own name.");
            }
        }
    }

    public bool TryGet(string name, [NotNullWhen(true)] out ICustomOperation? operation) => _byName.TryGetValue(name, out operation);
}
