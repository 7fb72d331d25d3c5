namespace Consensus.Engine;

/// <summary>Something that happened to a replica. The set of kinds is closed: cores switch over it without a default.</summary>
public abstract record Input
{
    private protected Input()
    {
    }
}
