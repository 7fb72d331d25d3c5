namespace Consensus.Simulation.Swarms;

/// <summary>How one vote of a swarm ended.</summary>
/// <param name="Decision">What was decided: true is for; nothing, if nothing was.</param>
/// <param name="Rounds">How many rounds there were.</param>
/// <param name="Calls">How many calls there were.</param>
/// <param name="Agreement">The largest share of honest agents that agreed at the end: on a vote, or with <see cref="VoteRule.Quorum"/> on a decision.</param>
/// <param name="HonestDecided">The share of honest agents that decided anything.</param>
/// <param name="IsWrong">Whether something was decided that most honest agents did not vote for at first.</param>
/// <param name="IsConflicting">Whether two honest agents decided differently.</param>
/// <param name="KnowsOfTooManyLiars">Whether an honest agent has seen that more voters lie than may.</param>
public sealed record VoteRun(bool? Decision, int Rounds, long Calls, double Agreement, double HonestDecided, bool IsWrong, bool IsConflicting, bool KnowsOfTooManyLiars);
