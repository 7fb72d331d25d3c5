using Consensus.Engine;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;

namespace Consensus.Simulation.Checkers;

/// <summary>
/// A read finds what the commands up to the entry whose state it shows leave in its register, when they are gone through here, beside the
/// replicas. After everybody is healed each register is read at each member: then this is durability, that nothing that was acknowledged is
/// lost on any of them.
/// </summary>
/// <remarks>
/// The reads at the end must not be compared with the last value of all: a command whose client has given up may still be applied between
/// two of them. Each is compared with the value at its own entry.
/// </remarks>
internal sealed class ReadCoherence : Checker
{
    private readonly Dictionary<Digest, RegisterOperation> _operations = [];
    private readonly Dictionary<string, List<(LogIndex Index, long? Value)>> _values = new(StringComparer.Ordinal);

    public ReadCoherence(AppliedHistory history) => history.Subscribe(OnAdded);

    /// <inheritdoc/>
    public override string Name => "read coherence";

    /// <inheritdoc/>
    public override void OnInvoked(ClientCall call)
    {
        if (call.Operation is RegisterOperation { IsQuery: false } operation)
        {
            _operations[call.Hash] = operation;
        }
    }

    /// <inheritdoc/>
    public override void OnCompleted(ClientCall call)
    {
        if (call is not { Operation: RegisterOperation { IsQuery: true } operation, IsAnswered: true })
        {
            return;
        }

        var expected = ValueAt(operation.Key, call.Index);
        var found = RegisterOperation.ValueOf(call.Result);
        if (found != expected)
        {
            var where = call.FinalNode == NodeId.None ? "" : $"node {call.FinalNode}, healed and caught up, has lost what was acknowledged: ";
            Report($"{where}a read of key {operation.Key} at entry {call.Index} finds {RegisterOperation.Show(found)}; the commands up to there leave {RegisterOperation.Show(expected)}: {call}");
        }
    }

    private long? ValueAt(string key, LogIndex index)
    {
        if (_values.TryGetValue(key, out var values))
        {
            // Most reads are of the end.
            for (var i = values.Count - 1; i >= 0; i--)
            {
                if (values[i].Index <= index)
                {
                    return values[i].Value;
                }
            }
        }

        return null;
    }

    private void OnAdded(AppliedEntry entry)
    {
        if (!entry.IsFirst || entry.Applied.Outcome != CommandOutcome.Applied || !_operations.TryGetValue(entry.Body, out var operation))
        {
            return;
        }

        if (!_values.TryGetValue(operation.Key, out var values))
        {
            _values.Add(operation.Key, values = []);
        }

        values.Add((entry.Index, operation.Value));
    }
}
