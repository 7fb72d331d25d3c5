namespace Consensus.Byzantine;

/// <summary>A message whose sender wants an answer, which costs more than the message: each member has a ration of them (<see cref="AnswerRation"/>).</summary>
internal interface IDemand;
