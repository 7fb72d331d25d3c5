using System.Buffers.Binary;
using Consensus.Byzantine;
using Consensus.Cryptography;
using Consensus.Engine;
using Consensus.HotStuff.Agreement;
using Consensus.HotStuff.Chain;
using Consensus.HotStuff.Messages;
using Consensus.HotStuff.Pacemaker;
using Consensus.HotStuff.Sync;

namespace Consensus.HotStuff;

/// <summary>
/// Chained HotStuff for one replica (Yin et al., PODC '19). This type hands everything to the part that knows it: voting, counting votes, certificates and what follows
/// from them, proposing, terms, and what replicas tell each other about what they lack.
/// </summary>
internal sealed class HotStuffCore : IProtocolCore
{
    private readonly HotStuffState _state;
    private readonly Submissions _submissions;
    private readonly NodeTree _tree;
    private readonly Certification _certification;
    private readonly VoteCounting _counting;
    private readonly Voting _voting;
    private readonly Proposing _proposing;
    private readonly ProgressTimer _timer;
    private readonly Terms _terms;
    private readonly BranchFetch _fetch;
    private readonly StateTransfer _transfer;
    private readonly CommitPaths _paths;
    private readonly StatusExchange _status;
    private SequenceNumber _seenCommitted;
    private ulong _shownTerm;
    private bool _hasStarted;

    public HotStuffCore(CoreContext context, HotStuffOptions options, ByzantineIdentity identity, SettledVotes settled)
    {
        _state = new HotStuffState(context, options, identity);
        _submissions = new Submissions(_state, context.Seed);
        _tree = new NodeTree(_state, context.Recovered);
        _certification = new Certification(_state, _tree, _submissions);
        _counting = new VoteCounting(_state, _certification, settled);
        _voting = new Voting(_state, _tree, _certification, _counting);
        _proposing = new Proposing(_state, _tree, _submissions, _voting, _counting);
        _timer = new ProgressTimer(_state);
        _terms = new Terms(_state, _timer, _certification, _submissions);
        _fetch = new BranchFetch(_state, _tree, _certification);
        _transfer = new StateTransfer(_state, _submissions, context.Recovered, _tree.GiveUp, _tree.OnStable);
        _paths = new CommitPaths(_state, _tree);
        _status = new StatusExchange(_state, _terms, _tree, _voting, _proposing, _transfer, _fetch, _paths);
        _seenCommitted = _state.Log.Committed;
        _shownTerm = _state.Term;
    }

    /// <inheritdoc/>
    public Ticks NextDeadline => Ticks.Min(_timer.Deadline, Ticks.Min(_submissions.Deadline, _status.Deadline));

    /// <inheritdoc/>
    public CoreStatus Status => new(
        _state.IsLeading ? ReplicaRole.Leader : _state.IsActive ? ReplicaRole.Follower : ReplicaRole.Candidate,
        _state.ServingLeader,
        _shownTerm,
        _state.Log.LastIndex,
        _state.Log.CommitIndex,
        _state.Membership);

    /// <summary>The state, for checks.</summary>
    internal HotStuffState State => _state;

    /// <summary>The newest snapshot that this replica has with a certificate, for checks.</summary>
    internal CertifiedSnapshot? CertifiedSnapshot => _transfer.CertifiedSnapshot;

    /// <summary>The nodes, for checks.</summary>
    internal NodeTree Tree => _tree;

    /// <summary>The certified node by which the last node was committed that certificates have committed since the start, for checks.</summary>
    internal Node? DecidingNode => _certification.Deciding?.Node;

    /// <summary>Every certificate that the core goes by, as far back as the last committed node, for checks.</summary>
    internal IEnumerable<QuorumCertificate> Certificates
    {
        get
        {
            if (_state.Stable.Certificate is { } stable)
            {
                yield return stable;
            }

            if (_transfer.CertifiedSnapshot is { } snapshot)
            {
                yield return snapshot.Certificate;
            }

            if (_state.High.Votes is { } high)
            {
                yield return high;
            }

            if (_certification.Deciding?.Certificate.Votes is { } deciding)
            {
                yield return deciding;
            }

            for (var height = _state.Log.Committed; height <= _tree.Tip.Height; height = height.Next)
            {
                if (_tree.At(height)?.Justify.Votes is { } votes)
                {
                    yield return votes;
                }
            }
        }
    }

    /// <summary>What the core keeps at present, for checks.</summary>
    internal HotStuffLoad Load => new()
    {
        Ordering = _transfer.Load,
        KeptNodes = _tree.KeptCount,
        BranchNodes = _tree.BranchCount,
        VotedViews = _counting.Count,
        SeenProposals = _voting.SeenCount,
        Timeouts = _terms.Count,
    };

    /// <inheritdoc/>
    public void Step(Ticks now, Input input, EffectBuffer effects)
    {
        _state.Begin(now, effects);
        switch (input)
        {
            case MessageReceived received:
                OnMessage(received.Message.Sender, received.Message.Message);
                break;
            case TimePassed:
                _terms.OnTime();
                _submissions.OnTime();
                _status.OnTime();
                break;
            case CommandsProposed proposed:
                _submissions.Propose(proposed);
                break;
            case ReadRequested read:
                _submissions.Read(read.Ticket);
                break;
            case LogDurable durable:
                _state.OnDurable(durable.Lsn);
                break;
            case SpaceChanged space:
                _state.AcceptsWrites = space.AcceptsWrites;
                break;
            case MembershipChangeRequested change:
                effects.CompleteControl(change.Ticket, new ControlResult(RefusalReason.NotSupported, "The members of a Byzantine group change with its epoch."));
                break;
            case TransferRequested transfer:
                effects.CompleteControl(transfer.Ticket, new ControlResult(RefusalReason.NotSupported, "The leader follows from the view; no replica can hand it over."));
                break;
            default:
                _transfer.TryTake(input);
                _tree.OnLogMoved();
                break;
        }
    }

    /// <inheritdoc/>
    public void EndTurn(Ticks now, EffectBuffer effects)
    {
        _state.Begin(now, effects);
        if (!_hasStarted)
        {
            _hasStarted = true;
            _tree.Start();
            _terms.Start();
            _voting.Resume();
        }

        _counting.Advance();
        _certification.Advance();
        _voting.Advance();
        _transfer.EndTurn();
        _tree.OnLogMoved();
        _fetch.Advance();
        _terms.Advance();
        _submissions.SubmitOwn();
        _proposing.EndTurn();
        WatchProgress();
        _status.Hasten();

        // A certificate may lead back into a term that another branch passes over. To callers no term comes back.
        _shownTerm = Math.Max(_shownTerm, _state.Term);
        _state.Log.HandOverCommitted(effects);
    }

    /// <inheritdoc/>
    public ProofAnswer Prove(LogIndex index) => CommitProofs.Of(
        _state.Log,
        index,
        height => _paths.Of(height) is var (nodes, tip) && tip.Votes is { } votes ? ([.. nodes.Select(node => node.ToChainNode())], votes) : null,
        () => _paths.Oldest);

    /// <inheritdoc/>
    public ProofAnswer FindCommand(LogIndex index) => CommitProofs.FindCommand(_state.Log, index);

    /// <inheritdoc/>
    public Digest StateDigest()
    {
        var hasher = new Blake3Hasher();
        Span<byte> bytes = stackalloc byte[Digest.Size];
        var promises = _state.Promises;
        foreach (var value in new[]
        {
            _state.View.Value, _state.IsActive ? 1UL : 0, promises.Voted.Value, promises.GivenUp.Value, promises.LedTerms, promises.Locked.View.Value, promises.High.View.Value,
            _state.Stable.Number.Value, _state.Log.Committed.Value, _state.Log.Last.Value, (ulong)_tree.KeptCount, (ulong)NextDeadline.Value,
        })
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
            hasher.Update(bytes[..8]);
        }

        foreach (var hash in new[] { promises.High.Hash, promises.Locked.Hash, promises.VotedHash, _tree.Tip.Hash, _state.Log.PositionAfter(_state.Log.Last).Chain })
        {
            hash.CopyTo(bytes);
            hasher.Update(bytes);
        }

        return hasher.Finalize();
    }

    private void OnMessage(NodeId from, ProtocolMessage message)
    {
        if (from == _state.Self)
        {
            return;
        }

        switch (message)
        {
            case NodeProposal m:
                _voting.OnProposal(from, m);
                break;
            case NodeVote m:
                _counting.OnVote(from, m);
                break;
            case Certified m:
                _certification.Add(m.Certificate, from);
                break;
            case TermTimeout m:
                _terms.OnTimeout(from, m);
                break;
            case TermStart m:
                _terms.OnStarted(m.Timeouts);
                break;
            case Status m:
                _status.OnStatus(from, m);
                break;
            case BranchRequest m:
                _status.OnBranchRequest(from, m);
                break;
            case Branch m:
                _fetch.OnBranch(from, m);
                break;
            case Anchor m:
                _status.OnAnchor(m);
                break;
            case Submit m:
                _submissions.OnSubmitted(from, m.Batch);
                break;
            default:
                _transfer.TryTake(from, message);
                _tree.OnLogMoved();
                break;
        }
    }

    /// <summary>As long as something waits, the leader is expected to bring progress.</summary>
    private void WatchProgress()
    {
        var hasProgressed = _state.Log.Committed > _seenCommitted;
        _seenCommitted = _state.Log.Committed;
        if (!_state.IsActive)
        {
            // What the others commit says nothing of the term that this replica waits for.
            return;
        }

        if (hasProgressed)
        {
            _terms.OnProgress();
        }

        if (!_submissions.AreWaiting && !_tree.HasWorkUpTo(_tree.Tip))
        {
            _timer.Stop();
        }
        else if (!_timer.IsRunning)
        {
            _timer.Start();
        }
    }
}
