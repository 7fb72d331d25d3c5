using Consensus.Cryptography;
using Consensus.Simulation.Clients;
using Consensus.Simulation.Histories;
using Consensus.Simulation.Nodes;

namespace Consensus.Simulation.Runs;

/// <summary>
/// The look at everything at the end of a run: every register that was ever used is read at every member, and of a workload's own queries
/// the latest are asked again at every member. The calls are calls of clients like any other, so that all checkers see them.
/// </summary>
internal sealed class FinalReads
{
    private const int ReadersPerNode = 16;
    private const int OtherQueriesMax = 256;

    /// <summary>Longer than a read takes under a leader that is as slow as it may be: who asks again begins anew. HotStuff orders it within five views, each of which may take half a second.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(100);

    private readonly World _world;
    private readonly IReadOnlyList<Operation> _queries;
    private int _open;

    public FinalReads(World world, CallHistory history)
    {
        _world = world;
        _queries = [.. Queries(history.Calls)];
    }

    /// <summary>Whether everything is answered.</summary>
    public bool IsComplete => _open == 0;

    /// <summary>Begins to read at some nodes.</summary>
    public void Begin(IEnumerable<SimulatedNode> nodes)
    {
        foreach (var node in nodes)
        {
            for (var i = 0; i < Math.Min(ReadersPerNode, _queries.Count); i++)
            {
                _open++;
                BeginCall(node, _world.Clients.NextProcess(), i);
            }
        }
    }

    private static IEnumerable<Operation> Queries(IReadOnlyList<ClientCall> calls)
    {
        var keys = calls.Select(call => call.Operation).OfType<RegisterOperation>().Select(operation => operation.Key).Distinct(StringComparer.Ordinal);
        var others = calls.Select(call => call.Operation).Where(operation => operation is { IsQuery: true } and not RegisterOperation);
        return keys.Select(Operation (key) => RegisterOperation.Read(key))
            .Concat(others.Reverse().DistinctBy(operation => Blake3.Hash(operation.Content.Span)).Take(OtherQueriesMax));
    }

    private void BeginCall(SimulatedNode node, int process, int query)
    {
        if (query >= _queries.Count)
        {
            _open--;
            return;
        }

        Attempt(node, _world.Clients.Begin(process, _queries[query], node.Id), query);
    }

    private void Attempt(SimulatedNode node, ClientCall call, int query)
    {
        call.Attempts++;
        if (node.Replica is not { } replica)
        {
            _world.Agenda.PlanIn(RetryPause, () => Attempt(node, call, query));
            return;
        }

        node.Calls.Add(replica.QueryAsync(call.Operation.Content), _world.Agenda.Now + Patience, (result, isAnswered) =>
        {
            if (!isAnswered || !result.IsAnswered)
            {
                _world.Agenda.PlanIn(RetryPause, () => Attempt(node, call, query));
                return;
            }

            call.Index = result.Index;
            call.Result = result.Result;
            _world.Clients.Complete(call, CallOutcome.Applied);
            BeginCall(node, call.Process, query + ReadersPerNode);
        });
    }
}
