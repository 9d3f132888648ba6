import * as errors from './errors.ts'

/** A fully qualified name, `*` as its first label at most (ACM API Reference, DomainNameString). */
const pattern = String.raw`(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])`
const domainName = new RegExp(`^${pattern}$`)

/** What X.509 has room for in a common name (RFC 5280, ub-common-name). */
const maxCommonName = 64
const maxDomainName = 253
/** The domain name among them. */
const maxDomainNames = 100

/**
 * The names of a requested certificate in lower case, the first of them its common name, each once.
 *
 * @throws ValidationException, InvalidParameterException
 */
export function parseDomainNames(first: string | undefined, others: readonly string[] = []): readonly string[] {
  checkDomainName(first ?? '', 'domainName')
  for (const name of others) checkDomainName(name, 'subjectAlternativeNames')
  if ((first ?? '').length > maxCommonName) {
    throw errors.invalidParameter(
      `The first domain name can have at most ${maxCommonName} characters; name a longer one as a subject alternative name.`,
    )
  }
  const names = [...new Set([first ?? '', ...others].map((name) => name.toLowerCase()))]
  if (names.length > maxDomainNames) {
    throw errors.invalidParameter(`A certificate can have at most ${maxDomainNames} domain names.`)
  }
  return names
}

function checkDomainName(name: string, member: string): void {
  if (name.length < 1 || name.length > maxDomainName) {
    throw errors.constraintViolated(name, member, `Member must have length between 1 and ${maxDomainName}`)
  }
  if (!domainName.test(name)) {
    throw errors.constraintViolated(name, member, `Member must satisfy regular expression pattern: ${pattern}`)
  }
}
