namespace Consensus.Engine.Tests.Gateway;

/// <summary>A proposal as a core would see it.</summary>
/// <param name="Ticket">What it is answered with.</param>
/// <param name="Kind">What it asks for.</param>
/// <param name="Request">The session and number.</param>
/// <param name="AcknowledgedBelow">What it acknowledges.</param>
/// <param name="Body">The first byte of the command.</param>
/// <param name="Payload">All its bytes, as digits, so that equal proposals are equal.</param>
internal sealed record Proposed(Ticket Ticket, CommandKind Kind, RequestId Request, ulong AcknowledgedBelow, byte Body, string Payload)
{
    public static Proposed Of(Proposal proposal)
    {
        Assert.That(CommandEnvelope.TryRead(proposal.Payload.Span, out var envelope), Is.True);
        return new Proposed(proposal.Ticket, envelope.Kind, envelope.Request, envelope.AcknowledgedBelow, envelope.Body.IsEmpty ? (byte)0 : envelope.Body[0], Convert.ToHexString(proposal.Payload.Span));
    }
}
