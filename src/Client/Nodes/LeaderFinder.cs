using System.Text.Json;
using Consensus.Client.Calls;
using Consensus.Client.Json;

namespace Consensus.Client.Nodes;

/// <summary>
/// Finds out which of the nodes leads, beside the calls and never in their way: nodes do not say it in their answers, but their status does.
/// It looks at the first call, then each so often while there are calls, and after a failure as soon as a node answers again.
/// </summary>
internal sealed class LeaderFinder(ConsensusClientOptions options, ApiSender sender, NodeRing ring, TimeProvider time, CancellationToken stopping)
{
    private static readonly ApiCall StatusCall = new(HttpMethod.Get, "v1/status");

    private readonly Lock _lock = new();
    private readonly bool _isOn = options.PreferLeader && ring.Nodes.Count > 1;
    private bool _isSearching;
    private long? _foundAt;

    /// <summary>The search under way, or the last one. It does not fail.</summary>
    public Task Search { get; private set; } = Task.CompletedTask;

    /// <summary>A node answered a call: a good moment to look, if it is time.</summary>
    public void Used(NodeEndpoint node)
    {
        if (!_isOn)
        {
            return;
        }

        lock (_lock)
        {
            var isDue = _foundAt is not { } found || time.GetElapsedTime(found) >= options.LeaderInterval;
            if (!isDue || _isSearching || stopping.IsCancellationRequested)
            {
                return;
            }

            (_foundAt, _isSearching) = (time.GetTimestamp(), true);
        }

        Search = SearchAsync(node);
    }

    /// <summary>A node failed: what is known may no longer hold.</summary>
    public void Doubted()
    {
        lock (_lock)
        {
            _foundAt = null;
        }
    }

    /// <summary>A node told its status.</summary>
    /// <returns>Whether the leader is known now, and in the ring.</returns>
    public bool Learn(NodeEndpoint from, NodeId node, NodeId leader) => _isOn && ring.Learn(from, node, leader);

    /// <summary>Asks the node that answered last; then, if it names one whose address is not known yet, the others who they are.</summary>
    private async Task SearchAsync(NodeEndpoint first)
    {
        try
        {
            var leader = await AskAsync(first).ConfigureAwait(false);
            for (var i = 0; i < ring.Nodes.Count && !ring.Prefer(leader); i++)
            {
                if (ring.Nodes[i] is var node && node != first)
                {
                    var named = await AskAsync(node).ConfigureAwait(false);
                    leader = named == NodeId.None ? leader : named;
                }
            }

            _ = ring.Prefer(leader);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The client is closed; nobody needs a leader any more.
        }
        finally
        {
            lock (_lock)
            {
                _isSearching = false;
            }
        }
    }

    /// <summary>Asks one node.</summary>
    /// <returns>The leader that it names, or none.</returns>
    private async Task<NodeId> AskAsync(NodeEndpoint node)
    {
        var attempt = await sender.SendAsync(StatusCall, node.Address, options.AttemptTimeout, stopping).ConfigureAwait(false);
        if (attempt.Answer is not { Problem: null } answer)
        {
            return NodeId.None;
        }

        try
        {
            var status = JsonSerializer.Deserialize(answer.Body, WireJson.Default.StatusDocument);
            var leader = new NodeId(status?.Leader ?? 0);
            Learn(node, new NodeId(status?.Node ?? 0), leader);
            return leader;
        }
        catch (JsonException)
        {
            // Not a node, it seems. The calls themselves will say so; this only looks for a short cut.
            return NodeId.None;
        }
    }
}
