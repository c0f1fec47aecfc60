/**
 * Error names of the SES v2 API with the HTTP status its model gives them (client-sesv2 3.1169, schemas), and that of
 * IAM's refusal, which any call may meet.
 */
export const SES_ERROR_STATUS = {
  AccessDeniedException: 403,
  AccountSuspendedException: 400,
  AlreadyExistsException: 400,
  BadRequestException: 400,
  InvalidNextTokenException: 400,
  LimitExceededException: 400,
  MessageRejected: 400,
  NotFoundException: 404,
  SendingPausedException: 400,
  TooManyRequestsException: 429,
  InternalServiceErrorException: 500,
} as const;

/** See {@link SES_ERROR_STATUS}. */
export type SesErrorName = keyof typeof SES_ERROR_STATUS;

/** An answer of the local SES that is an error, by SES's own name for it. */
export class SesError extends Error {
  override readonly name: SesErrorName;

  constructor(name: SesErrorName, message: string) {
    super(message);
    this.name = name;
  }
}
