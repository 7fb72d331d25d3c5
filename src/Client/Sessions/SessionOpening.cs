using Consensus.Client.Calls;

namespace Consensus.Client.Sessions;

/// <summary>How the opening of the client's own session ended.</summary>
/// <param name="Session">The session, or none.</param>
/// <param name="Failure">Why there is none.</param>
internal readonly record struct SessionOpening(Session? Session, CallResult Failure);
