/* The PHY sector's bytes as Espressif delivers them: phy_data.h. The build says
 * where the file is. */
    .section .rodata.phy_data, "a"
    .global phy_data
    .balign 4
phy_data:
    .incbin PHY_DATA_FILE
    .if . - phy_data - 128
    .error "the SDK's PHY data is not 128 bytes long"
    .endif
