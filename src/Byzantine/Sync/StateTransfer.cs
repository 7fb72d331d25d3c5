using Consensus.Engine;

namespace Consensus.Byzantine;

/// <summary>
/// How a replica's state is certified, and how one that is behind comes to a certified state without trusting anybody: checkpoints, blocks, snapshots. The part of a core
/// that is the same in both engines.
/// </summary>
internal sealed class StateTransfer
{
    private const int VotesPerAnswer = 2;

    private readonly OrderingState _state;
    private readonly Submissions _submissions;
    private readonly Action<SequenceNumber> _giveUp;
    private readonly SnapshotDesk _snapshots;
    private readonly SnapshotOffers _offers;
    private readonly SnapshotFetch _fetch;
    private readonly CatchUp _catchUp;
    private readonly CheckpointDesk _checkpoints;

    /// <summary>Creates the part.</summary>
    /// <param name="state">The replica's state.</param>
    /// <param name="submissions">What waits to be ordered.</param>
    /// <param name="recovered">What was on disk.</param>
    /// <param name="giveUp">Takes accepted blocks that are not committed, from a number on, out of the log.</param>
    /// <param name="onStable">Called when a checkpoint has become stable.</param>
    public StateTransfer(OrderingState state, Submissions submissions, RecoveredState recovered, Action<SequenceNumber> giveUp, Action onStable)
    {
        _state = state;
        _submissions = submissions;
        _giveUp = giveUp;
        _snapshots = new SnapshotDesk(state, recovered);
        _offers = new SnapshotOffers(state, _snapshots);
        _fetch = new SnapshotFetch(state, OnSnapshot);
        _catchUp = new CatchUp(state, submissions, _fetch, giveUp);
        _checkpoints = new CheckpointDesk(state, _catchUp, recovered, onStable);
    }

    /// <summary>Whether the replica fetches what lies before a stable checkpoint.</summary>
    public bool IsBehind => _catchUp.Target is not null;

    /// <summary>The newest snapshot that this replica has with a certificate, for checks.</summary>
    public CertifiedSnapshot? CertifiedSnapshot => _snapshots.Certified;

    /// <summary>Up to which block was committed here because a certified log stands there, for checks.</summary>
    public SequenceNumber Proven => _catchUp.Proven;

    /// <summary>What is kept here and with what waits to be ordered, for checks.</summary>
    public OrderingLoad Load => OrderingLoad.Of(_submissions, _checkpoints, _snapshots, _catchUp);

    /// <summary>The first turn ends.</summary>
    public void Start() => _checkpoints.Start();

    /// <summary>Takes a message, if it is one of this part.</summary>
    /// <returns>Whether it is.</returns>
    public bool TryTake(NodeId from, ProtocolMessage message)
    {
        switch (message)
        {
            case CheckpointVote m:
                _checkpoints.OnVote(from, m);
                return true;
            case StableCheckpoint m:
                _checkpoints.OnStable(m.Proof);
                return true;
            case CatchUpRequest m:
                OnCatchUpRequest(from, m);
                return true;
            case CatchUpBlocks m:
                if (_catchUp.OnBlocks(from, m) is { } reached)
                {
                    _checkpoints.OnStable(reached);
                }

                return true;
            case SnapshotVote m:
                _snapshots.OnVote(from, m);
                return true;
            case SnapshotRequest m:
                _offers.OnRequest(from, m);
                return true;
            case SnapshotOffer m:
                _fetch.OnOffer(from, m);
                return true;
            case SnapshotPartRequest m:
                _offers.OnPartRequest(from, m);
                return true;
            case SnapshotPart m:
                _fetch.OnPart(from, m);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Takes an input, if it is one of this part.</summary>
    /// <returns>Whether it is.</returns>
    public bool TryTake(Input input)
    {
        switch (input)
        {
            case StateHashed hashed:
                _checkpoints.OnHashed(hashed);
                return true;
            case SnapshotSaved saved:
                _snapshots.Add(saved.Snapshot);
                return true;
            case SnapshotChunkRead read:
                _offers.OnRead(read);
                return true;
            case SnapshotChunkStored stored:
                _fetch.OnStored(stored);
                return true;
            default:
                return false;
        }
    }

    /// <summary>A stable checkpoint, proven.</summary>
    public void OnStable(StableProof proof) => _checkpoints.OnStable(proof);

    /// <summary>Sends a member the stable checkpoint, if it has an older one, and says again what this replica has said about later ones.</summary>
    /// <param name="to">The member.</param>
    /// <param name="stable">The stable checkpoint that it has.</param>
    public void SendCheckpoints(NodeId to, SequenceNumber stable)
    {
        if (stable < _state.Stable.Number)
        {
            _state.Ration.Charge(to, AnswerPart.Of(_state.Stable.Certificate));
            _state.Send(to, new StableCheckpoint(_state.Stable));
        }

        foreach (var vote in _checkpoints.OwnVotesAfter(stable).Take(VotesPerAnswer))
        {
            _state.Ration.Charge(to, AnswerPart.Statement);
            _state.Send(to, vote);
        }
    }

    /// <summary>Asks again for what did not come.</summary>
    public void OnTime()
    {
        _snapshots.OnTime();
        _catchUp.OnTime();
    }

    /// <summary>Looks at how far the replica has come otherwise.</summary>
    public void EndTurn()
    {
        if (_catchUp.OnCommitted() is { } reached)
        {
            _checkpoints.OnStable(reached);
        }

        _checkpoints.SayDurable();
        _snapshots.EndTurn();
    }

    /// <summary>A certified snapshot is on disk.</summary>
    private void OnSnapshot(CertifiedSnapshot certified, NodeId from)
    {
        var (number, snapshot) = (certified.Number, certified.Snapshot);
        if (number <= _state.Log.Committed)
        {
            return;
        }

        _snapshots.OnFetched(certified);
        if (_catchUp.TryCommitOwn(number, snapshot.Position))
        {
            return;
        }

        if (_state.Log.Last > number)
        {
            // These follow a block that is not the committed one.
            _giveUp(number.Next);
        }

        _state.Log.Install(snapshot, _state.Effects);
        _snapshots.OnInstalled();
        _state.Effects.Raise(new SnapshotInstalled(snapshot.Position.Index, from));
        _submissions.Forget();
        _checkpoints.OnInstalled(snapshot);
    }

    private void OnCatchUpRequest(NodeId from, CatchUpRequest request)
    {
        var blocks = new List<Block>();
        var answer = new Answer(_state, from);
        for (var number = request.First; number <= request.Last && number <= _state.Log.Committed && _state.Log.Has(number); number = number.Next)
        {
            if (!answer.TryAddBlock(AnswerPart.Of(_state.Log, number)))
            {
                break;
            }

            // Their memory may be used again before the answer is on its way, and other bytes would convict this replica.
            blocks.Add(_state.Log.Read(number).Copy());
        }

        _state.Send(from, new CatchUpBlocks(request.First, [.. blocks]));
    }
}
