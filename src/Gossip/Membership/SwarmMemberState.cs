namespace Consensus.Gossip;

/// <summary>What is believed of a member of a swarm. Of the same version, the later in this list holds.</summary>
public enum SwarmMemberState
{
    /// <summary>It lives.</summary>
    Alive = 0,

    /// <summary>It did not answer, and may still say that it lives. It counts as a member.</summary>
    Suspect = 1,

    /// <summary>It did not answer for long. It is remembered for some time, so that old news does not bring it back.</summary>
    Dead = 2,

    /// <summary>It said that it goes. It is remembered as the dead are.</summary>
    Left = 3,
}
