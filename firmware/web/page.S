/* The packed page's bytes. The build says where the file is. */
    .section .rodata.web_page, "a"
    .global web_page, web_page_end
    .balign 4
web_page:
    .incbin WEB_PAGE_FILE
web_page_end:
    .byte 0
    .balign 4
#ifndef __XTENSA__
    .section .note.GNU-stack, "", %progbits
#endif
