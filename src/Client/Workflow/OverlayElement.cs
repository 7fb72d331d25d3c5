namespace Consensus.Client;

/// <summary>One change of an overlay. The set of kinds is closed.</summary>
public abstract record OverlayElement
{
    private protected OverlayElement()
    {
    }
}
