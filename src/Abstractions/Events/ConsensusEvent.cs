namespace Consensus;

/// <summary>Something that happened to a replica. The set of kinds is closed.</summary>
public abstract record ConsensusEvent
{
    private protected ConsensusEvent()
    {
    }
}
