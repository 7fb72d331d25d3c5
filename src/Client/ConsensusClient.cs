using System.Globalization;
using Consensus.Client.Calls;
using Consensus.Client.Events;
using Consensus.Client.Json;
using Consensus.Client.Members;
using Consensus.Client.Nodes;
using Consensus.Client.Replies;
using Consensus.Client.Sessions;

namespace Consensus.Client;

/// <summary>
/// Talks to a cluster through the HTTP API of its nodes. Any node will do: the client prefers the one that leads, goes on to others when one
/// fails, and sends again what is safe to send again, until the time limit passes.
/// </summary>
/// <remarks>
/// Safe to use from any number of threads, for many calls at once; one for the whole program is enough, and best: it has one session with the
/// group. Expected outcomes (refused, rejected, unknown) are results, not exceptions; exceptions are left for misuse
/// (<see cref="ArgumentException"/>, <see cref="ObjectDisposedException"/>), cancellation (<see cref="OperationCanceledException"/>) and
/// answers that no node's API gives, or a fault inside a node (<see cref="ConsensusException"/>).
/// </remarks>
public sealed class ConsensusClient : IAsyncDisposable
{
    /// <summary>Where evidence is.</summary>
    internal const string EvidencePath = "v1/evidence";

    /// <summary>Where a hybrid's epochs are.</summary>
    internal const string EpochsPath = "v1/epochs";

    /// <summary>Where a node tells of its peers.</summary>
    internal const string PeersPath = "v1/peers";

    private readonly CancellationTokenSource _stop = new();
    private readonly ApiSender _sender;
    private readonly NodeRing _ring;
    private readonly LeaderFinder _leader;
    private readonly ApiReader _reader;
    private readonly MemberClient _members;
    private readonly EventFeed _events;
    private readonly TimeProvider _time;

    /// <summary>Creates a client. It connects when it is used first.</summary>
    /// <param name="options">Where the nodes are, and how long to try. Read once.</param>
    /// <param name="handler">Sends the requests, in place of the client's own; it is not disposed of. For tests, certificates, proxies.</param>
    /// <param name="time">Tells the time, and waits; the system's by default.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">Something is wrong with the options; it says all that is.</exception>
    public ConsensusClient(ConsensusClientOptions options, HttpMessageHandler? handler = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ConsensusClientOptionsValidator.Check(options);
        _time = time ?? TimeProvider.System;
        _sender = new ApiSender(options, handler, _time);
        _ring = new NodeRing(options, _time);
        _leader = new LeaderFinder(options, _sender, _ring, _time, _stop.Token);
        Channel = new ApiChannel(options, _sender, _ring, _leader, _time);
        var confirmed = options.Trust is { } trust
            ? new ConfirmedSender(options, Channel, new ReplyCollector(options, trust, _sender, _ring, _time), _ring, trust)
            : null;
        Writer = new SessionWriter(options, Channel, confirmed, _time, _stop.Token);
        _reader = new ApiReader(options, Channel, _time);
        _members = new MemberClient(options, Channel, _time);
        _events = new EventFeed(options, _sender, _ring, _leader, _time);
        KeyValue = new KeyValueClient(_reader, Writer);
        Workflow = new WorkflowClient(_reader, Writer);
    }

    /// <summary>The key-value machine.</summary>
    public KeyValueClient KeyValue { get; }

    /// <summary>The workflow machine.</summary>
    public WorkflowClient Workflow { get; }

    internal ApiChannel Channel { get; }

    internal SessionWriter Writer { get; }

    /// <summary>How a node sees itself and its group.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<NodeAnswer<NodeStatus>> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        var result = await _reader.GetAsync("v1/status", cancellationToken).ConfigureAwait(false);
        return result.IsSuccess
            ? new(RefusalReason.None, result.Answer!.Read(WireJson.Default.StatusDocument).ToStatus(), "")
            : new(result.ToRefusal(), null, result.Detail);
    }

    /// <summary>What a node has found that proves members faulty. Each node has its own list: whoever wants all of them asks each node with a client of its own.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<NodeAnswer<IReadOnlyList<NodeEvidence>>> ListEvidenceAsync(CancellationToken cancellationToken = default)
    {
        var result = await _reader.GetAsync(EvidencePath, cancellationToken).ConfigureAwait(false);
        return result.IsSuccess
            ? new(RefusalReason.None, [.. result.Answer!.Read(WireJson.Default.EvidenceListDocument).Items.Select(item => item.ToEvidence())], "")
            : new(result.ToRefusal(), null, result.Detail);
    }

    /// <summary>One piece of evidence as a text in UTF-8, which anybody can check away from any node: <c>consensus evidence verify</c>.</summary>
    /// <param name="digest">Its name, from the list or an <see cref="EquivocationDetected"/>.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The text; empty if the node that answered does not have it.</returns>
    public async ValueTask<NodeAnswer<byte[]>> GetEvidenceAsync(Digest digest, CancellationToken cancellationToken = default)
    {
        var result = await _reader.GetAsync($"{EvidencePath}/{digest}", cancellationToken).ConfigureAwait(false);
        return result switch
        {
            { IsSuccess: true } => new(RefusalReason.None, result.Answer!.Body, ""),
            { Problem.Code: "not-found" } => new(RefusalReason.None, [], result.Detail),
            _ => new(result.ToRefusal(), null, result.Detail),
        };
    }

    /// <summary>The proof that a command is committed, as a text in UTF-8 that anybody can check away from any node: <c>consensus proof verify</c>.</summary>
    /// <param name="index">The entry of the command: the index of its result.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The text; refused with <see cref="RefusalReason.NotHere"/> if the node that answered does not have it, or not any more.</returns>
    public async ValueTask<NodeAnswer<byte[]>> GetCommitProofAsync(LogIndex index, CancellationToken cancellationToken = default)
    {
        var result = await _reader.GetAsync(string.Create(CultureInfo.InvariantCulture, $"v1/proofs/{index.Value}"), cancellationToken).ConfigureAwait(false);
        return result.IsSuccess ? new(RefusalReason.None, result.Answer!.Body, "") : new(result.ToRefusal(), null, result.Detail);
    }

    /// <summary>
    /// The epochs of a hybrid, with what began each, as a text in UTF-8 that anybody can check who has the first one: <c>consensus proof verify --epochs</c>, <c>EpochHistoryDocument</c>. Nothing in it is to be believed unchecked.
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The text; refused with <see cref="RefusalReason.NotSupported"/> if the group is no hybrid.</returns>
    public async ValueTask<NodeAnswer<byte[]>> GetEpochsAsync(CancellationToken cancellationToken = default)
    {
        var result = await _reader.GetAsync(EpochsPath, cancellationToken).ConfigureAwait(false);
        return result.IsSuccess ? new(RefusalReason.None, result.Answer!.Body, "") : new(result.ToRefusal(), null, result.Detail);
    }

    /// <summary>Who belongs to the group, as far as a node knows.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<NodeAnswer<ClusterMembership>> GetMembersAsync(CancellationToken cancellationToken = default)
    {
        var result = await _reader.GetAsync("v1/members", cancellationToken).ConfigureAwait(false);
        return result.IsSuccess
            ? new(RefusalReason.None, result.Answer!.Read(WireJson.Default.MembershipDocument).ToMembership(), "")
            : new(result.ToRefusal(), null, result.Detail);
    }

    /// <summary>
    /// What a node knows of its peers: where it looks for each, whether they are connected, what failed last. Each node has its own view: whoever wants all of them asks each node with a client
    /// of its own. Refused with <see cref="RefusalReason.NotSupported"/> if the node's transport keeps no registry.
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<NodeAnswer<NodePeers>> GetPeersAsync(CancellationToken cancellationToken = default)
    {
        var result = await _reader.GetAsync(PeersPath, cancellationToken).ConfigureAwait(false);
        return result.IsSuccess
            ? new(RefusalReason.None, result.Answer!.Read(WireJson.Default.PeerListDocument).ToPeers(), "")
            : new(result.ToRefusal(), null, result.Detail);
    }

    /// <summary>Adds a member that becomes a voter by itself when it has caught up, and waits until it has.</summary>
    /// <param name="node">A number that no member ever had.</param>
    /// <param name="address">Where the other nodes reach it, <c>host:port</c>.</param>
    /// <param name="expectedVersion">
    /// Refused with <see cref="RefusalReason.MembershipChanged"/> if the membership has changed since this version, which the status shows
    /// (<see cref="ConsensusStatus.MembershipVersion"/>). Without it, any membership will do.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting. The change may still take effect.</param>
    public ValueTask<ChangeResult> AddVoterAsync(NodeId node, string address, LogIndex? expectedVersion = null, CancellationToken cancellationToken = default) =>
        _members.ChangeAsync(node, address, "add_voter", expectedVersion, cancellationToken);

    /// <summary>Adds a member that receives the log without a vote.</summary>
    /// <inheritdoc cref="AddVoterAsync"/>
    public ValueTask<ChangeResult> AddLearnerAsync(NodeId node, string address, LogIndex? expectedVersion = null, CancellationToken cancellationToken = default) =>
        _members.ChangeAsync(node, address, "add_learner", expectedVersion, cancellationToken);

    /// <summary>Makes a learner a voter at once. Refused while it lags far behind.</summary>
    /// <inheritdoc cref="RemoveMemberAsync"/>
    public ValueTask<ChangeResult> PromoteAsync(NodeId node, LogIndex? expectedVersion = null, CancellationToken cancellationToken = default) =>
        _members.ChangeAsync(node, null, "promote", expectedVersion, cancellationToken);

    /// <summary>Gives a member another address.</summary>
    /// <inheritdoc cref="AddVoterAsync"/>
    public ValueTask<ChangeResult> MoveAsync(NodeId node, string address, LogIndex? expectedVersion = null, CancellationToken cancellationToken = default) =>
        _members.ChangeAsync(node, address, "move", expectedVersion, cancellationToken);

    /// <summary>Removes a member. A removed leader hands over.</summary>
    /// <param name="node">The member.</param>
    /// <param name="expectedVersion">
    /// Refused with <see cref="RefusalReason.MembershipChanged"/> if the membership has changed since this version, which the status shows
    /// (<see cref="ConsensusStatus.MembershipVersion"/>). Without it, any membership will do.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting. The change may still take effect.</param>
    public ValueTask<ChangeResult> RemoveMemberAsync(NodeId node, LogIndex? expectedVersion = null, CancellationToken cancellationToken = default) =>
        _members.RemoveAsync(node, expectedVersion, cancellationToken);

    /// <summary>Lets another member lead.</summary>
    /// <param name="target">A voter, or <see cref="NodeId.None"/> for the one that is most up to date.</param>
    /// <param name="cancellationToken">Stops the waiting. The change may still take effect.</param>
    public ValueTask<ChangeResult> TransferLeadershipAsync(NodeId target, CancellationToken cancellationToken = default) =>
        _members.TransferAsync(target, cancellationToken);

    /// <summary>
    /// Lets a hybrid go on with another engine, and waits until the node that answers has. An order takes effect once, so it may be given again, through any node: one that has taken effect is done.
    /// Refused with <see cref="RefusalReason.NotFromOperator"/>, with <see cref="RefusalReason.OtherEpoch"/> (it was given for an epoch that is over), with <see cref="RefusalReason.Busy"/>
    /// while the epoch is ending, with <see cref="RefusalReason.InvalidChange"/> if the engine runs already, with <see cref="RefusalReason.NotSupported"/> by a group that is no hybrid.
    /// </summary>
    /// <param name="order">The order, which an operator has signed (<c>SealOrder</c> of Consensus.Hybrid makes it) for the epoch that the status shows (<see cref="ConsensusStatus.RunningEpoch"/>).</param>
    /// <param name="cancellationToken">Stops the waiting. The order may still take effect.</param>
    public ValueTask<ChangeResult> EndEpochAsync(ReadOnlyMemory<byte> order, CancellationToken cancellationToken = default) =>
        _members.EndEpochAsync(order, cancellationToken);

    /// <summary>
    /// Opens a session for a caller that numbers its commands itself (<see cref="ProposeOptions.Request"/>), for example to ask again after a
    /// restart. Nobody else needs one: the client numbers commands in a session of its own.
    /// </summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<SessionResult> OpenSessionAsync(CancellationToken cancellationToken = default)
    {
        var result = await Writer.OpenAsync(cancellationToken).ConfigureAwait(false);
        return result.IsSuccess
            ? new(RefusalReason.None, new ClientId(result.Answer!.Read(WireJson.Default.SessionDocument).Client))
            : new(result.ToRefusal(), ClientId.None);
    }

    /// <summary>
    /// What happens to a node from now on, without an end: first its status, then the events. If the node is lost, another one is followed,
    /// which shows as a new status. Kinds of events that this version of the client does not know are passed over.
    /// </summary>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<NodeEvent> EventsAsync(CancellationToken cancellationToken = default) => _events.FollowAsync(cancellationToken);

    /// <summary>Ends what the client does in the background, and closes its connections. Calls under way fail.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        await _leader.Search.ConfigureAwait(false);
        _sender.Dispose();
        _stop.Dispose();
    }
}
