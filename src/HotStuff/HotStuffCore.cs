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
internal sealed class HotStuffCore : OrderingCore
{
    private readonly HotStuffState _state;
    private readonly NodeTree _tree;
    private readonly Certification _certification;
    private readonly VoteCounting _counting;
    private readonly Voting _voting;
    private readonly Window _window;
    private readonly Proposing _proposing;
    private readonly Terms _terms;
    private readonly BranchFetch _fetch;
    private readonly CommitPaths _paths;
    private readonly StatusExchange _status;
    private ulong _shownTerm;

    public HotStuffCore(CoreContext context, HotStuffOptions options, ByzantineIdentity identity, SettledVotes settled)
        : this(new HotStuffState(context, options, identity), context, settled)
    {
    }

    private HotStuffCore(HotStuffState state, CoreContext context, SettledVotes settled)
        : base(state, context.Seed)
    {
        _state = state;
        _tree = new NodeTree(state, context.Recovered);
        _certification = new Certification(state, _tree, Submissions);
        _counting = new VoteCounting(state, _certification, settled);
        _voting = new Voting(state, _tree, _certification, _counting);
        _window = new Window(state, _tree);
        _proposing = new Proposing(state, _tree, Submissions, _window, _voting, _counting);
        _terms = new Terms(state, Timer, _certification, Submissions);
        _fetch = new BranchFetch(state, _tree, _certification);
        Transfer = new StateTransfer(state, Submissions, context.Recovered, _tree.GiveUp, _tree.OnStable);
        _paths = new CommitPaths(state, _tree);
        _status = new StatusExchange(state, StatusTimer, _terms, _tree, _voting, _proposing, Transfer, _fetch, _paths);
        _shownTerm = state.Term;
    }

    /// <summary>The state, for checks.</summary>
    internal HotStuffState State => _state;

    /// <summary>The newest snapshot that this replica has with a certificate, for checks.</summary>
    internal CertifiedSnapshot? CertifiedSnapshot => Transfer.CertifiedSnapshot;

    /// <summary>Up to which block was committed because a certified log stands there, and not by the rules of the chain.</summary>
    internal SequenceNumber Proven => Transfer.Proven;

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

            if (Transfer.CertifiedSnapshot is { } snapshot)
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
        Ordering = Transfer.Load,
        KeptNodes = _tree.KeptCount,
        BranchNodes = _tree.BranchCount,
        VotedViews = _counting.Count,
        SeenProposals = _voting.SeenCount,
        Timeouts = _terms.Count,
    };

    /// <inheritdoc/>
    protected override StateTransfer Transfer { get; }

    /// <inheritdoc/>
    protected override bool IsLeading => _state.IsLeading;

    /// <inheritdoc/>
    protected override bool IsActive => _state.IsActive;

    /// <inheritdoc/>
    protected override ulong ShownTerm => _shownTerm;

    /// <inheritdoc/>
    protected override bool HasWork => _tree.HasWorkUpTo(_tree.Tip);

    /// <inheritdoc/>
    /// <remarks>The last nodes of a window are committed by those that follow them, so only when it opens: what the leader can bring about is that the first checkpoint is committed, and the certificate of the last node.</remarks>
    protected override bool IsWindowShut => _window.IsShut;

    /// <inheritdoc/>
    protected override TimeSpan PaceAllowance => _terms.PaceAllowance;

    /// <inheritdoc/>
    public override ProofAnswer Prove(LogIndex index) => CommitProofs.Of(
        _state.Log,
        index,
        height => _paths.Of(height) is var (nodes, tip) && tip.Votes is { } votes ? ([.. nodes.Select(node => node.ToChainNode())], votes) : null,
        () => _paths.Oldest);

    /// <inheritdoc/>
    public override Digest StateDigest()
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

    /// <inheritdoc/>
    protected override void OnTime()
    {
        _terms.OnTime();
        Submissions.OnTime();
        _status.OnTime();
    }

    /// <inheritdoc/>
    protected override void OnTransferred() => _tree.OnLogMoved();

    /// <inheritdoc/>
    protected override void Start()
    {
        _tree.Start();
        _terms.Start();
        _voting.Resume();
    }

    /// <inheritdoc/>
    protected override void Advance()
    {
        _counting.Advance();
        _certification.Advance();
        _voting.Advance();
        Transfer.EndTurn();
        _tree.OnLogMoved();
        _fetch.Advance();
        _terms.Advance();
        Submissions.SubmitOwn();
        _proposing.EndTurn();

        // A certificate may lead back into a term that another branch passes over. To callers no term comes back.
        _shownTerm = Math.Max(_shownTerm, _state.Term);
    }

    /// <inheritdoc/>
    protected override void OnProgress() => _terms.OnProgress();

    /// <inheritdoc/>
    protected override void OnJudged(bool isUnfit) => _terms.OnJudged(isUnfit);

    /// <inheritdoc/>
    protected override void Hasten() => _status.Hasten();

    /// <inheritdoc/>
    protected override void OnMessage(NodeId from, ProtocolMessage message)
    {
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
            default:
                base.OnMessage(from, message);
                break;
        }
    }
}
