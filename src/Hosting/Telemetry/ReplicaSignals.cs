using System.Diagnostics;

namespace Consensus.Hosting;

/// <summary>Turns what happens to a replica into metrics and spans. What comes with each command is not told by events, and no part of this.</summary>
/// <param name="source">Where the signals come from.</param>
/// <param name="replica">The replica.</param>
/// <param name="time">The clock.</param>
internal sealed class ReplicaSignals(SignalSource source, IConsensus replica, TimeProvider time)
{
    private readonly EpochSignals _epochs = new(source, replica, time);
    private readonly ThreatSignals _threats = new(source, replica, time);

    /// <summary>Follows the replica until it stops.</summary>
    public async Task FollowAsync()
    {
        // Whoever has started the host may have a span under way, which has nothing to do with what happens to the replica later.
        Activity.Current = null;
        var events = replica.EventsAsync();
        _epochs.OnStarted(replica.Status);
        await foreach (var happening in events.ConfigureAwait(false))
        {
            Tell(happening);
        }
    }

    private void Tell(ConsensusEvent happening)
    {
        switch (happening)
        {
            case EpochEnded ended:
                _epochs.OnEnded(ended);
                break;
            case EpochBegun begun:
                _epochs.OnBegun(begun);
                break;
            case ThreatLevelChanged changed:
                _threats.OnLevel(changed);
                break;
            case MessageRejected rejected:
                _threats.OnRejected(rejected);
                break;
            case PeerFlooding flooding:
                _threats.OnFlooding(flooding);
                break;
            case TimestampOutOfRange outOfRange:
                _threats.OnTimestamp(outOfRange);
                break;
            case TamperingDetected tampering:
                _threats.OnTampering(tampering);
                break;
            case EquivocationDetected proven:
                _threats.OnProven(proven);
                break;
        }
    }
}
