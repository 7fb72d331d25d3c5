namespace Consensus.Engine;

/// <summary>
/// Checks everything about a message that needs no protocol state: signatures, certificates nested in it, limits. Stateless towards the
/// core; safe to use from any number of threads.
/// </summary>
public interface IMessageVerifier
{
    /// <summary>Checks one message.</summary>
    /// <param name="sender">The peer that the transport authenticated.</param>
    /// <param name="message">What it sent.</param>
    /// <param name="defect">What is wrong, if it is <see cref="MessageVerdict.Invalid"/>; otherwise it is not looked at.</param>
    /// <returns>What is to become of the message.</returns>
    MessageVerdict Verify(NodeId sender, ProtocolMessage message, out string? defect);
}
