using Consensus.Cryptography;
using Consensus.Engine;

namespace Consensus.Simulation.Checkers.Byzantine;

/// <summary>How the checkers that all Byzantine engines share look into the messages and the core of one of them.</summary>
internal interface ISignedProtocol
{
    /// <summary>What a message's sender has signed in it. What others have signed, and it passes on, is theirs.</summary>
    /// <param name="sender">The sender.</param>
    /// <param name="message">The message.</param>
    IEnumerable<StatedDigest> StatementsOf(NodeId sender, ProtocolMessage message);

    /// <summary>Every certificate that a core goes by at present.</summary>
    IEnumerable<QuorumCertificate> CertificatesOf(IProtocolCore core);

    /// <summary>How many members must have signed a statement to make a certificate of it.</summary>
    /// <param name="statement">The statement.</param>
    /// <param name="members">The members.</param>
    /// <param name="excluded">Who may not be among them; nobody if it is <see cref="NodeId.None"/>.</param>
    int SignersNeeded(in Statement statement, SignerSet members, out NodeId excluded);
}
